import { Component, type ComponentChild, h } from 'preact';

/**
 * A component that is drawn again only when one of its properties is another one, and while `waits` holds for them not
 * even then.
 */
export function memo<P extends object>(draw: (props: P) => ComponentChild, waits: (next: P) => boolean = () => false) {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      if (waits(next)) return false;
      const present = this.props as Record<string, unknown>;
      const wanted = next as Record<string, unknown>;
      for (const name in wanted) if (wanted[name] !== present[name]) return true;
      return false;
    }

    override render(props: P) {
      return h(draw as never, props as never);
    }
  };
}
