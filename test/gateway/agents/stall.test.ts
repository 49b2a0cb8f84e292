import { expect, it } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.ts';
import { agentEndpointRig } from '../../support/agent-endpoint.ts';

const { keepAliveIntervalMs, keepAliveTimeoutMs } = loadConfig({ flags: {}, env: {} }).config;
/** How often the endpoint looks at its sessions. */
const SWEEP_MS = 1_000;

/** An agent that says nothing from its first moment on, and that has just been sent a ping for it. */
async function silentAgent() {
  const rig = agentEndpointRig();
  const socket = rig.connect();
  await rig.clock.run(keepAliveIntervalMs + SWEEP_MS);
  expect(socket.sent).toHaveLength(1);
  return { rig, socket };
}

it('takes an agent that does not answer a ping for gone', async () => {
  const { rig, socket } = await silentAgent();
  await rig.clock.run(keepAliveTimeoutMs - 2 * SWEEP_MS);
  expect(socket.closedWith).toBeNull();
  await rig.clock.run(2 * SWEEP_MS);
  expect(socket.closedWith).not.toBeNull();
});

it('does not hold its own standing still against an agent, and counts its silence from then on', async () => {
  const { rig, socket } = await silentAgent();
  // What the agent said meanwhile waits in the socket: nothing of it has been read when the next sweep comes.
  rig.clock.elapse(keepAliveTimeoutMs + 60_000);
  await rig.clock.run(SWEEP_MS);
  expect(socket.closedWith).toBeNull();
  await rig.clock.run(keepAliveTimeoutMs - 2 * SWEEP_MS);
  expect(socket.closedWith).toBeNull();
  await rig.clock.run(keepAliveIntervalMs + keepAliveTimeoutMs);
  expect(socket.closedWith).not.toBeNull();
});
