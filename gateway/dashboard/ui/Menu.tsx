import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface MenuProps {
  label: ComponentChildren;
  side?: 'left' | 'right';
  children: ComponentChildren;
}

/** A button with a panel under it, which a click elsewhere or Esc closes. */
export function Menu({ label, side = 'left', children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    // Wherever the focus is: the control that had it may be gone. Nothing else closes by the same press.
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', onEscape, { capture: true });
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', onEscape, { capture: true });
    };
  }, [open]);

  return (
    <div class="menu" ref={root}>
      <button type="button" ref={button} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="word">{label}</span>
        <svg class="caret" viewBox="0 0 8 8" aria-hidden="true">
          <path d="M1 2.5 4 5.5 7 2.5" />
        </svg>
      </button>
      {open && <div class={`panel ${side}`}>{children}</div>}
    </div>
  );
}
