import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { FLOW_WINDOW_MS, type FlowHistory } from '../model/flow.ts';
import type { FlowPoll } from '../state/flow.ts';
import { useApp } from './context.ts';
import { onSchemeChange, paletteColour } from './scheme.ts';

const HEIGHT_PX = 150;
const WINDOW_SECONDS = FLOW_WINDOW_MS / 1_000;

/** What a plot draws: times, then a line for each entry of `lines`. */
export interface Plotted {
  data(history: FlowHistory): [number[], ...(number | null)[][]];
  lines: { colour: 'accent' | 'ink-faint'; dashed?: boolean }[];
}

/** Lines over the last 15 minutes. The plotting code is loaded when the first plot is looked at. */
export function FlowPlot({ plotted, label }: { plotted: Plotted; label: string }) {
  const { flow } = useApp();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let end = () => {};
    let gone = false;
    void import('./plotting.ts').then(({ default: Plot }) => {
      if (!gone && box.current !== null) end = keepPlot(Plot, box.current, flow, plotted);
    });
    return () => {
      gone = true;
      end();
    };
  }, [flow, plotted]);
  return <div class="plot" ref={box} role="img" aria-label={label} />;
}

/** Draws, and follows samples, colours and size until the returned function is called. */
function keepPlot(Plot: typeof uPlot, element: HTMLElement, flow: FlowPoll, plotted: Plotted): () => void {
  let plot: uPlot | null = null;
  const data = () => plotted.data(flow.history) as uPlot.AlignedData;
  const endScheme = onSchemeChange(() => {
    plot?.destroy();
    plot = new Plot(plotOptions(element.clientWidth, plotted), data(), element);
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

function plotOptions(width: number, { lines }: Plotted): uPlot.Options {
  const axis = { stroke: paletteColour('ink-faint'), font: '11px sans-serif', ticks: { show: false } };
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 14, 0, 0],
    scales: {
      x: { time: false, range: (_plot, _from, to) => windowUntil(to) },
      y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.15 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        gap: 8,
        splits: (plot) => marks(plot.scales.x?.max),
        values: () => MARKS,
      },
      { ...axis, grid: { stroke: paletteColour('line'), width: 1 }, size: 40, space: 34 },
    ],
    series: [
      {},
      ...lines.map(({ colour, dashed = false }) => ({
        stroke: paletteColour(colour),
        width: 1.5,
        points: { show: false },
        ...(dashed && { dash: [4, 3] }),
      })),
    ],
  };
}

function windowUntil(to: number | null): [number, number] {
  const end = to ?? Date.now() / 1_000;
  return [end - WINDOW_SECONDS, end];
}

/** Where the words of the time axis stand: they hold still, only the lines move. */
const MARKS = ['15 min', '10', '5', 'now'];

function marks(end = 0): number[] {
  return MARKS.map((_, index) => end - WINDOW_SECONDS * (1 - index / (MARKS.length - 1)));
}
