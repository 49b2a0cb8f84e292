import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../gateway/cli/api-client.ts';
import { createDemoAgents } from '../../gateway/cli/demo.ts';
import { liveAsRealOnes } from '../../gateway/cli/simulate/demo-life.ts';
import { comeAndGo } from '../../gateway/cli/simulate/demo-troubles.ts';
import { demoKeys, demoValues } from '../../gateway/cli/simulate/demo-values.ts';
import { Fleet } from '../../gateway/cli/simulate/fleet.ts';
import { loadConfig } from '../../gateway/config/load.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { silentLog } from '../../gateway/log.ts';
import { openStorage, prepareSchema } from '../../gateway/storage.ts';

export const TOKEN = 'token-for-screenshots';

/** A gateway with a database of its own, as `serve` starts them, and the demo's fleet when it is wanted. */
export interface ServedFleet {
  url: string;
  /** Connects the demo's agents; they report until the end. */
  report(agents: number): Promise<void>;
  stopGateway(): Promise<void>;
  end(): Promise<void>;
}

export async function serveFleet(): Promise<ServedFleet> {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-look-'));
  // Under root PostgreSQL runs as another user, who has to get through here.
  chmodSync(directory, 0o755);
  const flags = {
    listen: '127.0.0.1:0',
    metricsListen: '127.0.0.1:0',
    dataDir: join(directory, 'data'),
    adminToken: TOKEN,
    ack: 'watched',
  };
  const { config } = loadConfig({ flags, env: {} });
  const storage = await openStorage({ config, explicitDataDir: true, say: () => {} });
  await prepareSchema(storage.url);
  const gateway = await startGateway({ config, databaseUrl: storage.url, dataDir: storage.dataDir, log: silentLog });
  let fleet: Fleet | null = null;
  let stay = () => {};
  let stopped: Promise<unknown> | null = null;
  const stopGateway = async () => {
    stopped ??= gateway.stop();
    await stopped;
  };
  return {
    url: gateway.url,
    async report(agents) {
      const client = new ApiClient({ url: gateway.url, token: TOKEN, dataDir: storage.dataDir });
      const created = await createDemoAgents(client, agents);
      fleet = new Fleet({ url: gateway.url, agents: created, keys: demoKeys, values: demoValues() });
      await fleet.connect(new AbortController().signal);
      fleet.start();
      stay = comeAndGo(fleet, agents);
      void liveAsRealOnes(fleet, agents);
    },
    stopGateway,
    async end() {
      stay();
      await fleet?.close();
      await stopGateway();
      await storage.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
