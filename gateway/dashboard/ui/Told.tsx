import { withMarksNamed } from '../model/direction.ts';

/**
 * Text that an agent, or whoever made it, has chosen: a name, a label, a value, an error. Letters that run from right to
 * left stay within it: they move nothing that stands beside it.
 */
export function Told({ text }: { text: string }) {
  return <bdi>{withMarksNamed(text)}</bdi>;
}
