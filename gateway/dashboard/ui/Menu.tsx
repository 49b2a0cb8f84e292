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
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only listens for Esc from the controls within
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
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
