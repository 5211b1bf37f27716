/** The menu: at the side, and at the bottom of a phone. */
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconDots, IconKeyboard, IconMoon, IconSun } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useLive } from '../api/live-store.ts';
import { logOut, useSession } from '../api/session.ts';
import { needsPerson } from '../now/needs-person.ts';
import { isAt } from './paths.ts';
import { PLACES } from './places.ts';

const ON_PHONES = ['/', '/alerts', '/trades', '/risk'];

export function SideBar({ onHelp }: { readonly onHelp: () => void }) {
  const [location] = useLocation();
  return (
    <nav className="side" aria-label="Pages">
      <ul>
        {PLACES.map(({ path, name, icon: Icon }) => (
          <li key={path}>
            <Link
              href={path}
              className="side-link"
              aria-current={isAt(location, path) ? 'page' : undefined}
            >
              <Icon size={17} stroke={1.7} aria-hidden />
              {name}
              <Count path={path} />
            </Link>
          </li>
        ))}
      </ul>
      <div className="side-foot">
        <Who />
        <div className="row tight">
          <LightSwitch />
          <ActionIcon variant="default" aria-label="Keys of this page" onClick={onHelp}>
            <IconKeyboard size={16} />
          </ActionIcon>
        </div>
        <Version />
      </div>
    </nav>
  );
}

/** What waits for a person, beside Now; what is open, beside Trades. */
function Count({ path }: { readonly path: string }) {
  const calls = useLive((live) => (path === '/' ? needsPerson(live).length : 0));
  const open = useLive(({ desk }) => (path === '/trades' ? (desk?.counters.openTrades ?? 0) : 0));
  if (calls > 0) {
    return (
      <span className="count calls" title="need a person">
        {calls}
      </span>
    );
  }
  return open > 0 ? (
    <span className="count" title="open">
      {open}
    </span>
  ) : null;
}

function Who() {
  const { data } = useSession();
  if (data === null || data === undefined) return null;
  return (
    <div>
      {data.caller}
      <div className="small">{data.role}</div>
      {!data.caller.startsWith('local:') && (
        <button type="button" className="plain-button" onClick={() => void logOut()}>
          Log out
        </button>
      )}
    </div>
  );
}

function Version() {
  const version = useLive(({ desk }) => desk?.version ?? null);
  return version === null ? null : <span className="small">version {version}</span>;
}

function LightSwitch() {
  // Switching transitions off for the change would take a style element, which the policy refuses.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const isDark = document.documentElement.dataset['mantineColorScheme'] !== 'light';
  return (
    <ActionIcon
      variant="default"
      aria-label={isDark ? 'Light page' : 'Dark page'}
      data-scheme={colorScheme}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <IconSun size={16} /> : <IconMoon size={16} />}
    </ActionIcon>
  );
}

export function BottomBar() {
  const [location, navigate] = useLocation();
  const rest = PLACES.filter(({ path }) => !ON_PHONES.includes(path));
  return (
    <nav className="bottom" aria-label="Pages, on a phone">
      {PLACES.filter(({ path }) => ON_PHONES.includes(path)).map(({ path, name, icon: Icon }) => (
        <Link key={path} href={path} aria-current={isAt(location, path) ? 'page' : undefined}>
          <Icon size={20} stroke={1.7} aria-hidden />
          {name}
        </Link>
      ))}
      <Menu position="top-end" width={200} withinPortal={false}>
        <Menu.Target>
          <button type="button">
            <IconDots size={20} aria-hidden />
            More
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {rest.map(({ path, name, icon: Icon }) => (
            <Menu.Item
              key={path}
              leftSection={<Icon size={17} aria-hidden />}
              onClick={() => navigate(path)}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
