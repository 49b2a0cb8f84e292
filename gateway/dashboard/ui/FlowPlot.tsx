import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { FLOW_WINDOW_MS, type FlowTotal } from '../model/flow.ts';
import type { FlowPoll } from '../state/flow.ts';
import { useApp } from './context.ts';
import { onSchemeChange, paletteColour } from './scheme.ts';

const HEIGHT_PX = 120;

/** One rate over the last 15 minutes. The plotting code is loaded when the first plot is looked at. */
export function FlowPlot({ total, label }: { total: FlowTotal; label: string }) {
  const { flow } = useApp();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let end = () => {};
    let gone = false;
    void import('./plotting.ts').then(({ default: Plot }) => {
      if (!gone && box.current !== null) end = keepPlot(Plot, box.current, flow, total);
    });
    return () => {
      gone = true;
      end();
    };
  }, [flow, total]);
  return <div class="plot" ref={box} role="img" aria-label={label} />;
}

/** Draws, and follows samples, colours and size until the returned function is called. */
function keepPlot(Plot: typeof uPlot, element: HTMLElement, flow: FlowPoll, total: FlowTotal): () => void {
  let plot: uPlot | null = null;
  const data = (): uPlot.AlignedData => {
    const { times, rates } = flow.history.series(total);
    return [times, rates];
  };
  const endScheme = onSchemeChange(() => {
    plot?.destroy();
    plot = new Plot(plotOptions(element.clientWidth), data(), element);
  });
  const endSamples = effect(() => {
    flow.samples.value;
    plot?.setData(data());
  });
  const observer = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
  observer.observe(element);
  return () => {
    endScheme();
    endSamples();
    observer.disconnect();
    plot?.destroy();
  };
}

function plotOptions(width: number): uPlot.Options {
  const ink = paletteColour('ink-faint');
  const line = paletteColour('line');
  const axis = { stroke: ink, font: '11px sans-serif', ticks: { show: false } };
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 4, 0, 0],
    scales: {
      x: {
        time: true,
        range: (_plot, _from, to) => [(to ?? Date.now() / 1_000) - FLOW_WINDOW_MS / 1_000, to ?? Date.now() / 1_000],
      },
      y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.15 : 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 22, space: 70, values: (_plot, ticks) => ticks.map(clockTime) },
      { ...axis, grid: { stroke: line, width: 1 }, size: 40, space: 34 },
    ],
    series: [{}, { stroke: paletteColour('accent'), width: 1.5, points: { show: false } }],
  };
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}
