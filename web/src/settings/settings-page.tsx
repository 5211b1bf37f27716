/** Settings: what the desk is configured to do, and who may have it do what. */
import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { useMay, useSession } from '../api/session.ts';
import { PageHead } from '../parts/panel.tsx';
import { AllowList } from './allow-list.tsx';
import { Configuration } from './configuration.tsx';
import { Keys } from './keys.tsx';
import { Operators } from './operators.tsx';
import { OwnPassword } from './own-password.tsx';
import { TwoFactor } from './two-factor.tsx';

export function SettingsPage() {
  const [tab, setTab] = useState<string | null>('configuration');
  const isAdmin = useMay('admin');
  const isPerson = useSession().data?.method === 'password';
  return (
    <>
      <PageHead title="Settings" />
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="configuration">Configuration</Tabs.Tab>
          <Tabs.Tab value="allow-list">Allow-list</Tabs.Tab>
          {isAdmin && <Tabs.Tab value="keys">Keys</Tabs.Tab>}
          {isAdmin && <Tabs.Tab value="operators">Operators</Tabs.Tab>}
          {isPerson && <Tabs.Tab value="password">Password</Tabs.Tab>}
          <Tabs.Tab value="second-factor">Second factor</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="configuration">
          <Configuration />
        </Tabs.Panel>
        <Tabs.Panel value="allow-list">
          <AllowList />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <Keys />
        </Tabs.Panel>
        <Tabs.Panel value="operators">
          <Operators />
        </Tabs.Panel>
        <Tabs.Panel value="password">
          <OwnPassword />
        </Tabs.Panel>
        <Tabs.Panel value="second-factor">
          <TwoFactor isPerson={isPerson} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
