import { Fragment } from 'preact';
import { formatRate } from '../model/flow.ts';
import { go } from '../state/view.ts';
import { useApp } from './context.ts';
import { FLOW_STAGES } from './stages.ts';

/** The flow in one line under everything; a click opens its plots. */
export function Strip() {
  const { fleet, flow } = useApp();
  flow.samples.value;
  if (flow.withheld.value) return null;
  fleet.nowMs.value;
  const p50 = fleet.pageConnected ? fleet.latencies.percentile(0.5) : null;
  return (
    <button
      type="button"
      class="strip"
      title="The way of the values through this gateway"
      onClick={() => go({ layout: 'flow' })}
    >
      {FLOW_STAGES.map(({ total, unit, short, minor }, index) => {
        const rate = flow.rate(total);
        return (
          <Fragment key={total}>
            {index > 0 && <span class={minor ? 'joint minor' : 'joint'} />}
            <span class={minor ? 'minor' : ''}>
              <b>{rate === null ? '–' : formatRate(rate)}</b>
              <span> {unit}</span>
              <span class="unseen"> {short}</span>
            </span>
          </Fragment>
        );
      })}
      <span class="push">{p50 !== null && `agent to page ${Math.round(p50)} ms`}</span>
    </button>
  );
}
