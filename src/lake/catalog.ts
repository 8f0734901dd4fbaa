import type { IcebergRestContext } from '#catalog/api/iceberg-rest'
import { createCrawlers, type CrawlRole } from '#catalog/crawlers'
import { createMetastore } from '#catalog/metastore'
import {
  ManifestCache,
  createIcebergTables,
  createIcebergViews,
  createTableFiles,
  purgeDropped,
} from '#catalog/tables'
import type { Background } from '#platform/jobs'
import type { QueryEngine } from '#processing/engine'
import { FileSchemas } from '#processing/iceberg'
import { createMaintenance, createOptimizers, createProcedures } from '#processing/maintenance'
import { addFiles } from '#processing/migration'
import type { Foundations } from './foundations.ts'
import type { Governance } from './governance.ts'
import type { Roles } from './roles.ts'
import type { Storage } from './storage.ts'

export type Catalog = ReturnType<typeof openCatalog>

/** The metastore, Iceberg tables and their maintenance, and the crawlers that fill it. */
export function openCatalog(
  { database, clock, log }: Foundations,
  { sealer, logStore }: Governance,
  { objects }: Storage,
  roles: Roles,
  engine: QueryEngine,
  background: Background,
) {
  const metastore = createMetastore({ database, clock, sealer })
  background.every('catalog purge', 5_000, async (signal) => {
    while (!signal.aborted && (await metastore.purge()));
  })

  const files = createTableFiles(objects)
  const manifests = new ManifestCache(files)
  const tableParts = { database, metastore, objects, files, manifests, clock }
  const tablesLog = log.child({ part: 'tables' })
  const tables = createIcebergTables({
    ...tableParts,
    log: tablesLog,
    onChange: (ref) => maintenance.noticed(ref),
  })
  const views = createIcebergViews({ ...tableParts, log: tablesLog })
  background.every('purge of dropped tables', 5_000, (signal) =>
    purgeDropped({ ...tableParts, log: tablesLog }, signal),
  )

  const roleRights = ({ accountId, region, roleArn }: CrawlRole) =>
    roles.sessions({
      roleArn,
      service: 'glue.amazonaws.com',
      accountId,
      region,
      sessionName: 'AWS-Glue',
      durationS: 3600,
    })

  const maintenanceParts = { ...tableParts, tables, log: log.child({ part: 'maintenance' }) }
  const rewriteParts = { ...maintenanceParts, roleRights, engine, schemas: new FileSchemas(engine) }
  const maintenance = createMaintenance(rewriteParts)
  const procedures = createProcedures(rewriteParts)
  background.every('maintenance of tables', 60_000, (signal) => maintenance.run(signal))
  const optimizers = createOptimizers(maintenanceParts)

  const { crawlers, classifiers } = createCrawlers({
    database,
    metastore,
    tables,
    objects,
    engine,
    clock,
    log: log.child({ part: 'crawlers' }),
    background,
    roleRights,
    tell: ({ accountId, region, crawler }, lines) =>
      logStore.record(
        { accountId, region, group: '/aws-glue/crawlers', stream: crawler },
        lines.map((message) => ({ timestampMs: clock.now(), message })),
      ),
  })
  const add: IcebergRestContext['addFiles'] = (ref, source, by) =>
    addFiles({ metastore, tables, manifests, objects, engine }, ref, source, by)
  return {
    metastore,
    tables,
    views,
    manifests,
    maintenanceParts,
    optimizers,
    roleRights,
    crawlers,
    classifiers,
    addFiles: add,
    procedures,
  }
}
