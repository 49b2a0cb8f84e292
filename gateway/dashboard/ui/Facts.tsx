import type { ComponentChildren } from 'preact';
import { exactInstant, formatAge, formatInstant } from '../model/ages.ts';
import { useApp } from './context.ts';

/** A part of the drawer under its heading. */
export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** One line of a list of facts; none without a value. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === undefined || children === null || children === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** An instant in the reader's zone, to the second; in UTC on hover. */
export function Instant({ at }: { at: string }) {
  const atMs = Date.parse(at);
  return (
    <time dateTime={exactInstant(atMs)} title={exactInstant(atMs)}>
      {formatInstant(atMs)}
    </time>
  );
}

/** How long ago, and when exactly on hover. */
export function Ago({ at }: { at: string }) {
  const { fleet } = useApp();
  const atMs = Date.parse(at);
  const age = formatAge(fleet.nowMs.value - atMs);
  return (
    <time class="faint" dateTime={exactInstant(atMs)} title={`${formatInstant(atMs)}\n${exactInstant(atMs)}`}>
      {age === 'now' ? age : `${age} ago`}
    </time>
  );
}
