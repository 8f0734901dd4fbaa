import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createMetastore,
  migrations as catalogMigrations,
  type Metastore,
} from '#catalog/metastore'
import {
  ManifestCache,
  createIcebergTables,
  createTableFiles,
  migrations as tableMigrations,
  type IcebergTables,
  type TableFiles,
} from '#catalog/tables'
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database, type Migration } from '#platform/database'
import {
  createObjectStore,
  migrations as objectMigrations,
  type ObjectStore,
} from '#storage/objects'

import { noFaults, type FaultPoints } from './fault-points.ts'

export const accountId = '123456789012'
export const region = 'us-east-1'

/** Iceberg tables over a real database and a real object store, with a bucket `lake` and a database `db` in it. */
export interface OpenTables extends AsyncDisposable {
  readonly database: Database
  readonly objects: ObjectStore
  readonly metastore: Metastore
  readonly files: TableFiles
  readonly manifests: ManifestCache
  readonly tables: IcebergTables
}

/** A folder that was open before is opened again as it was left. */
export async function openTables(
  folder: string,
  migrations: readonly Migration[] = [],
  faults: FaultPoints = noFaults,
): Promise<OpenTables> {
  const log = silentLogger()
  const opened = await openSqliteDatabase({
    path: join(folder, 'lake.db'),
    migrations: [...objectMigrations, ...catalogMigrations, ...tableMigrations, ...migrations],
    log,
  })
  const database = faults.inDatabase(opened)
  await mkdir(join(folder, 'objects'), { recursive: true })
  const objects = faults.inObjects(
    await createObjectStore({
      database,
      folder: join(folder, 'objects'),
      clock: systemClock,
      log,
    }),
  )
  const metastore = createMetastore({ database, clock: systemClock })
  const files = createTableFiles(objects)
  const manifests = new ManifestCache(files)
  const tables = createIcebergTables({
    database,
    metastore,
    objects,
    files,
    manifests,
    clock: systemClock,
    log,
  })
  await ignoring('BucketAlreadyOwnedByYou', () =>
    objects.buckets.create({ accountId, region, name: 'lake' }),
  )
  await ignoring('AlreadyExists', () =>
    metastore.createDatabase({ accountId, region }, { name: 'db', locationUri: 's3://lake/db' }),
  )
  return {
    database,
    objects,
    metastore,
    files,
    manifests,
    tables,
    [Symbol.asyncDispose]: async () => {
      await objects[Symbol.asyncDispose]()
      await database.close()
    },
  }
}

/** The same in a folder that is removed with it. */
export async function openTemporaryTables(
  migrations: readonly Migration[] = [],
): Promise<OpenTables & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-tables-'))
  const opened = await openTables(folder, migrations)
  return {
    ...opened,
    folder,
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

async function ignoring(code: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if ((error as { code?: string }).code !== code) throw error
  }
}

/** What reads the same tables and remembers nothing of what was written: files are read as they lie there. */
export function readerOf(lake: OpenTables): Pick<OpenTables, 'files' | 'manifests' | 'tables'> {
  const files = createTableFiles(lake.objects)
  const manifests = new ManifestCache(files)
  const { database, metastore, objects } = lake
  const tables = createIcebergTables({
    database,
    metastore,
    objects,
    files,
    manifests,
    clock: systemClock,
    log: silentLogger(),
  })
  return { files, manifests, tables }
}
