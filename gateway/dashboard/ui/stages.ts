import type { FlowTotal } from '../model/flow.ts';

export interface FlowStage {
  total: FlowTotal;
  title: string;
  unit: string;
  short: string;
  /** Left out where there is room for three. */
  minor?: boolean;
}

/** The five numbers of the flow, in the order of a value's way. */
export const FLOW_STAGES: FlowStage[] = [
  { total: 'reports', title: 'Reports in', unit: 'reports/s', short: 'in' },
  {
    total: 'values_coalesced',
    title: 'Values coalesced',
    unit: 'values/s',
    short: 'replaced by newer ones',
    minor: true,
  },
  { total: 'flushes', title: 'Writes', unit: 'writes/s', short: 'to the database' },
  { total: 'notifications', title: 'Notifications', unit: 'notifications/s', short: 'sent', minor: true },
  { total: 'watch_messages', title: 'Messages out', unit: 'messages/s', short: 'to watchers' },
];
