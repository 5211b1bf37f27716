/** What the page asks the desk, each with how long an answer is good for. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type {
  AccountDetail,
  AlarmView,
  AlertDetail,
  AllowListView,
  ArmingShown,
  AuditPage,
  AuthorView,
  BrokerOrderView,
  CertificationView,
  ConfigurationView,
  DeskOrder,
  HealthView,
  JobView,
  KeyView,
  MessageView,
  OperatorView,
  Page,
  PositionView,
  RiskState,
  TradeDetail,
  TradeView,
  VerificationView,
} from './types.ts';

const OFTEN_MS = 3_000;
const NOW_AND_THEN_MS = 10_000;

interface Items<Item> {
  readonly items: readonly Item[];
}

/** Asked again every so often while its page is open. */
function asked<Answer>(path: string, everyMs: number | false) {
  return queryOptions({
    queryKey: ['desk', path],
    queryFn: async ({ signal }) => call<Answer>('GET', path, { signal }),
    refetchInterval: everyMs,
  });
}

/** Words and choices of a search; empty ones ask for nothing. */
export type Filter = Readonly<Record<string, string>>;

function paged<Answer extends Page<unknown>>(path: string, filter: Filter) {
  const wanted = Object.entries(filter).filter(([, value]) => value !== '');
  return infiniteQueryOptions({
    queryKey: ['desk', path, ...wanted.flat()],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal, pageParam }) => {
      const query = new URLSearchParams(wanted);
      if (pageParam !== '') query.set('cursor', pageParam);
      return call<Answer>('GET', `${path}?${query}`, { signal });
    },
    getNextPageParam: ({ next }) => next,
  });
}

export const alertsPage = (filter: Filter) => paged<Page<MessageView>>('/api/v1/alerts', filter);
export const tradesPage = (filter: Filter) => paged<Page<TradeView>>('/api/v1/trades', filter);
export const auditPage = (filter: Filter) => paged<AuditPage>('/api/v1/audit', filter);

export const alertDetail = (key: string) =>
  asked<AlertDetail>(`/api/v1/alerts/${encodeURIComponent(key)}`, false);
export const tradeDetail = (id: string) => asked<TradeDetail>(`/api/v1/trades/${id}`, false);

export const positions = asked<Items<PositionView> & { readonly readAt: string }>(
  '/api/v1/positions',
  OFTEN_MS,
);
export const account = asked<AccountDetail>('/api/v1/account', NOW_AND_THEN_MS);
export const workingOrders = asked<Items<DeskOrder>>('/api/v1/orders', OFTEN_MS);
export const brokerOrders = asked<Items<BrokerOrderView> & { readonly readAt: string }>(
  '/api/v1/broker/orders',
  NOW_AND_THEN_MS,
);
export const riskState = asked<RiskState>('/api/v1/risk', OFTEN_MS);
export const arming = asked<ArmingShown>('/api/v1/arming', OFTEN_MS);
export const certifications = asked<
  Items<CertificationView> & {
    readonly needed: boolean;
    readonly certificate: string | null;
    readonly certificateFault: string | null;
  }
>('/api/v1/certifications', NOW_AND_THEN_MS);
export const authors = asked<Items<AuthorView> & { readonly records: number }>(
  '/api/v1/authors',
  NOW_AND_THEN_MS,
);
export const health = asked<HealthView>('/api/v1/health', OFTEN_MS);
export const alarms = asked<Items<AlarmView>>('/api/v1/alarms', OFTEN_MS);
export const jobs = asked<Items<JobView>>('/api/v1/jobs', OFTEN_MS);
export const configuration = asked<ConfigurationView>('/api/v1/configuration', false);
export const allowList = asked<AllowListView>('/api/v1/allow-list', false);
export const keys = asked<Items<KeyView>>('/api/v1/keys', false);
export const operators = asked<Items<OperatorView>>('/api/v1/operators', false);

/** Looked at often while it runs, to show how far it is. */
export const verification = queryOptions({
  ...asked<VerificationView>('/api/v1/audit/verification', false),
  refetchInterval: ({ state }) => (state.data?.state === 'running' ? 300 : false),
});
