import { useEffect, useRef } from 'preact/hooks';

interface FilterFieldProps {
  /** What it looks for, as its name: `Find a column`. */
  name: string;
  text: string;
  found: number;
  of: number;
  onText: (text: string) => void;
}

/** A field on top of a long list, which stays there while the list scrolls. */
export function FilterField({ name, text, found, of, onText }: FilterFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  // A finger that opens the list may want to scroll it: a keyboard on the screen would cover half of it.
  useEffect(() => {
    if (!matchMedia('(pointer: coarse)').matches) input.current?.focus();
  }, []);
  return (
    <search class="filter">
      <input
        ref={input}
        type="search"
        placeholder={name}
        aria-label={name}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      <span role="status" class="faint">
        {text.trim() !== '' && `${found.toLocaleString()} of ${of.toLocaleString()}`}
      </span>
    </search>
  );
}
