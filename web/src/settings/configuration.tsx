/** The configuration in force: read here, changed in the file. */
import { Checkbox, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { configuration } from '../api/questions.ts';
import type { ConfigurationView, SettingView } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Empty, Panel } from '../parts/panel.tsx';

export function Configuration() {
  const query = useQuery(configuration);
  return (
    <Answered query={query} what="The configuration">
      {(given) => <Given configuration={given} />}
    </Answered>
  );
}

function Given({ configuration: given }: { readonly configuration: ConfigurationView }) {
  const [wanted, setWanted] = useState('');
  const [isOwnOnly, setOwnOnly] = useState(false);
  const { file, settings, secrets } = given;
  const shown = settings.filter((setting) => fits(setting, wanted, isOwnOnly));
  return (
    <div className="stack">
      <p className="quiet">
        {file === null
          ? 'No settings file: everything is a default or from the environment.'
          : `Read from ${file}.`}{' '}
        Changed in the file or the environment, and taken at the next start.
      </p>
      <div className="filters">
        <TextInput
          size="xs"
          type="search"
          className="grow"
          aria-label="Search settings"
          placeholder="Name, value or variable  ( / )"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <Checkbox
          label="Only what is configured"
          checked={isOwnOnly}
          onChange={(event) => setOwnOnly(event.currentTarget.checked)}
        />
      </div>
      <Panel title={`Settings (${shown.length})`} isFlush>
        {shown.length === 0 ? <Empty>No setting fits.</Empty> : <SettingsTable settings={shown} />}
      </Panel>
      <Panel title="Secrets">
        <ul className="row tight">
          {secrets.map(({ name, set }) => (
            <li key={name}>
              <Chip tone={set ? 'good' : 'plain'}>
                {name} {set ? 'set' : 'not set'}
              </Chip>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function fits({ path, value, variable, source }: SettingView, wanted: string, isOwnOnly: boolean) {
  if (isOwnOnly && source === 'default') return false;
  const words = wanted.trim().toLowerCase();
  return [path, value, variable ?? ''].some((said) => said.toLowerCase().includes(words));
}

function SettingsTable({ settings }: { readonly settings: readonly SettingView[] }) {
  return (
    <div className="scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Value</th>
            <th scope="col">From</th>
            <th scope="col" className="roomy">
              Expected
            </th>
          </tr>
        </thead>
        <tbody>
          {settings.map(({ path, value, source, variable, expected }) => (
            <tr key={path}>
              <th scope="row" className="mono" title={variable ?? undefined}>
                {path}
              </th>
              <td className="mono value">{value}</td>
              <td>
                {source === 'default' ? (
                  <span className="quiet">default</span>
                ) : (
                  <Chip tone="info">configured</Chip>
                )}
              </td>
              <td className="roomy quiet">{expected}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
