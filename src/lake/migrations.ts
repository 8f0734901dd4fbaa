import { migrations as crawlerMigrations } from '#catalog/crawlers'
import { migrations as catalogMigrations } from '#catalog/metastore'
import { migrations as schemaMigrations } from '#catalog/schemas'
import { migrations as statisticsMigrations } from '#catalog/statistics'
import { migrations as tableMigrations } from '#catalog/tables'
import { migrations as queryMigrations } from '#consumption/queries'
import { migrations as identityMigrations } from '#governance/identity'
import { migrations as keyMigrations } from '#governance/keys'
import { metricMigrations, migrations as logMigrations } from '#governance/monitoring'
import { migrations as deliveryMigrations } from '#ingestion/delivery'
import { migrations as streamMigrations } from '#ingestion/streams'
import type { Migration } from '#platform/database'
import { migrations as eventMigrations } from '#platform/events'
import { migrations as functionMigrations } from '#processing/functions'
import { migrations as maintenanceMigrations } from '#processing/maintenance'
import { migrations as objectMigrations } from '#storage/objects'

/** Where the database lies in the data folder. */
export const databaseFile = 'lake.db'

/** The schema of every module, in the order of their dependencies. */
export const migrations: readonly Migration[] = [
  ...eventMigrations,
  ...keyMigrations,
  ...identityMigrations,
  ...logMigrations,
  ...metricMigrations,
  ...objectMigrations,
  ...streamMigrations,
  ...catalogMigrations,
  ...tableMigrations,
  ...maintenanceMigrations,
  ...crawlerMigrations,
  ...statisticsMigrations,
  ...schemaMigrations,
  ...queryMigrations,
  ...deliveryMigrations,
  ...functionMigrations,
]
