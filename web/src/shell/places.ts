/** The pages of the desk, in the order of the menu, and the key that leads to each after `g`. */
import {
  IconBell,
  IconBook2,
  IconCertificate,
  IconChartLine,
  IconGauge,
  IconHeartRateMonitor,
  IconListSearch,
  IconSettings,
  IconShieldCheck,
  IconUsers,
} from '@tabler/icons-react';

export const PLACES = [
  { path: '/', name: 'Now', key: 'n', icon: IconGauge },
  { path: '/alerts', name: 'Alerts', key: 'a', icon: IconBell },
  { path: '/trades', name: 'Trades', key: 't', icon: IconChartLine },
  { path: '/positions', name: 'Positions', key: 'p', icon: IconBook2 },
  { path: '/risk', name: 'Risk', key: 'r', icon: IconShieldCheck },
  { path: '/audit', name: 'Audit', key: 'u', icon: IconListSearch },
  { path: '/authors', name: 'Authors', key: 'w', icon: IconUsers },
  { path: '/arming', name: 'Arming', key: 'm', icon: IconCertificate },
  { path: '/operations', name: 'Operations', key: 'o', icon: IconHeartRateMonitor },
  { path: '/settings', name: 'Settings', key: 's', icon: IconSettings },
] as const;
