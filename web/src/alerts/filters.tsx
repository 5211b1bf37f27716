/** Which messages are shown: by what became of them, by their author, by their words. */
import { SegmentedControl, TextInput } from '@mantine/core';
import { KINDS, type MessageChoice } from './choice.ts';

interface FiltersProps {
  readonly choice: MessageChoice;
  readonly onChoose: (choice: MessageChoice) => void;
}

export function Filters({ choice, onChoose }: FiltersProps) {
  const setKind = (value: string) => {
    const kind = KINDS.find((one) => one === value);
    if (kind !== undefined) onChoose({ ...choice, kind });
  };
  return (
    <div className="filters">
      <div className="scroll">
        <SegmentedControl
          size="xs"
          aria-label="Which messages"
          value={choice.kind}
          onChange={setKind}
          data={KINDS.map((kind) => ({
            value: kind,
            label: kind.charAt(0).toUpperCase() + kind.slice(1),
          }))}
        />
      </div>
      <TextInput
        size="xs"
        type="search"
        className="grow"
        aria-label="Search messages"
        placeholder="Text, author, channel or code  ( / )"
        value={choice.words}
        onChange={(event) => onChoose({ ...choice, words: event.currentTarget.value })}
      />
    </div>
  );
}
