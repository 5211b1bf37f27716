/** Running the desk over HTTP: health, jobs, incidents, configuration, certification. */
import { formatInstant } from '#kernel/time.ts';
import type { CertificationView } from '#operate/api/answers.ts';
import { bind, done, no, notAvailable, ok } from '#operate/api/bind.ts';
import { OPERATIONS_ROUTES } from '#operate/api/operations.ts';
import { CERTIFICATION_ROUTES } from '#operate/api/risk.ts';
import type { Certification } from '#operate/certification/model.ts';
import { SCENARIOS } from '#operate/certification/scenarios.ts';
import type {
  ArmingControl,
  BoundRoute,
  JobsControl,
  PartsControl,
  Readiness,
} from '#operate/ports.ts';
import { acknowledgingOf, type DeskView } from '#operate/view.ts';
import type { Desk } from '#orders/desk.ts';
import { needsArming } from '#risk/arming.ts';
import { noteAct } from '../act-note.ts';
import { certificationDirectories } from '../certify/certificate-of.ts';
import { storedCertifications } from '../certify/certification-file.ts';
import type { Config } from '../config.ts';
import type { Reload } from '../reload.ts';
import { configurationView } from './configuration.ts';

export interface OperationsParts {
  readonly desk: Desk;
  readonly view: Pick<DeskView, 'incidents'>;
  readonly config: Config;
  readonly arming: Pick<ArmingControl, 'state'>;
  readonly parts: PartsControl;
  /** `null`: this desk runs no jobs. */
  readonly jobs: () => JobsControl | null;
  readonly readiness: () => Readiness;
  readonly reload: Reload;
}

export function operationsRoutes(parts: OperationsParts): readonly BoundRoute[] {
  return [
    ...healthRoutes(parts),
    ...jobRoutes(parts),
    ...incidentRoutes(parts),
    ...certificationRoutes(parts),
    bind(OPERATIONS_ROUTES.configuration, () => ok(configurationView(parts.config))),
    bind(OPERATIONS_ROUTES.reload, async ({ actor, body: { reason } }) =>
      done(await parts.reload(actor, reason), {}),
    ),
  ];
}

function healthRoutes({ desk, parts, readiness }: OperationsParts): readonly BoundRoute[] {
  return [
    bind(OPERATIONS_ROUTES.health, () => {
      const { ready, reasons } = readiness();
      return ok({ at: formatInstant(desk.now()), ready, reasons, parts: parts.list() });
    }),
    bind(OPERATIONS_ROUTES.actOnPart, async ({ params: { name, act }, body, actor }) => {
      await noteAct(desk, `${act} ${name}`, { actor, reason: body.reason });
      return done(await parts.act(name, act, actor, body.reason), {});
    }),
  ];
}

const NO_JOBS = notAvailable('Jobs', 'this process runs none');

function jobRoutes({ desk, jobs }: OperationsParts): readonly BoundRoute[] {
  return [
    bind(OPERATIONS_ROUTES.jobs, () => {
      const control = jobs();
      return control === null ? NO_JOBS : ok({ items: control.list() });
    }),
    bind(OPERATIONS_ROUTES.runJob, async ({ params: { name }, body: { reason }, actor }) => {
      const control = jobs();
      if (control === null) return NO_JOBS;
      await noteAct(desk, `run job ${name}`, { actor, reason });
      return done(await control.run(name, actor, reason), {});
    }),
  ];
}

function incidentRoutes({ desk, view }: OperationsParts): readonly BoundRoute[] {
  const find = (seq: number) => view.incidents().find((one) => one.seq === seq) ?? null;
  return [
    bind(OPERATIONS_ROUTES.incidents, () => ok({ items: view.incidents() })),
    bind(OPERATIONS_ROUTES.acknowledge, async ({ params: { seq }, body: { note }, actor }) => {
      const found = find(seq);
      if (found === null) return no('not_found', 'no incident of this number is among the newest');
      if (found.acknowledged !== null) return ok(found);
      await noteAct(desk, acknowledgingOf(seq), { actor, reason: note });
      return ok(find(seq) ?? found);
    }),
  ];
}

function certificationRoutes({ desk, config, arming }: OperationsParts): readonly BoundRoute[] {
  return [
    bind(CERTIFICATION_ROUTES.results, () => {
      const stored = certificationDirectories(config).flatMap(
        (directory) => storedCertifications(directory).certifications,
      );
      const newest = stored.toSorted((a, b) => b.at - a.at);
      const { certificate, certificateFault } = arming.state();
      return ok({
        needed: needsArming(config.environment),
        certificate,
        certificateFault,
        items: newest.map(certificationView),
      });
    }),
    bind(CERTIFICATION_ROUTES.run, async ({ actor, body: { reason } }) => {
      await noteAct(desk, 'run a certification', { actor, reason });
      // It trades the account for minutes, and must not run beside a desk on the same account.
      const instead = 'run `strikewire certify` on the machine, with the desk stopped';
      return no('refused', `${instead} (not_offered)`);
    }),
  ];
}

function certificationView({ name, at, thing, isWhole, isDelayed, results }: Certification) {
  const count = (verdict: string) => results.filter((one) => one.verdict === verdict).length;
  return {
    ...{ name, isWhole, isDelayed },
    at: formatInstant(at),
    environment: thing.environment,
    version: thing.version,
    account: `****${thing.account.slice(-4)}`,
    passed: count('passed'),
    failed: count('failed'),
    notTestable: count('not_testable'),
    results: results.map(({ startedAt, scenario, ...result }) => {
      const declared = SCENARIOS.find(({ id }) => id === scenario);
      return {
        ...result,
        scenario,
        proves: declared?.proves ?? null,
        required: declared?.required ?? false,
        startedAt: formatInstant(startedAt),
      };
    }),
  } satisfies CertificationView;
}
