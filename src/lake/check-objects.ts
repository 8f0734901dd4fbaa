/** Checks the objects of a folder that no server holds. Part of the composition root, with server.ts. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Config } from '#config'
import { createLogger, systemClock } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { FolderErrors, openDataFolder, thisProcess } from '#platform/folder'
import { createObjectStore, type Integrity, type IntegrityProblem } from '#storage/objects'
import { databaseFile, migrations } from './migrations.ts'
import { objectPlaces } from './object-places.ts'

/**
 * Reads everything that rows name, and finds what none names; with `repair` that is moved to `objects/quarantine`, and what can be
 * made anew is: figures of buckets, copies of archived objects. Errors:
 * `FolderInUse`, `FolderUnusable`.
 */
export async function checkObjects(
  config: Config,
  tell: (line: string) => void,
): Promise<Integrity & { readonly miscounted: number }> {
  const path = resolve(config.dataDir)
  if (!existsSync(join(path, databaseFile))) {
    throw FolderErrors.FolderUnusable(`there is no lake in ${path}`)
  }
  await using folder = await openDataFolder(path, thisProcess(systemClock.now()))
  const log = createLogger('error')
  await using database = await openSqliteDatabase({
    path: join(folder.path, databaseFile),
    migrations,
    log,
  })
  const objects = await folder.folder('objects')
  await using store = await createObjectStore({
    database,
    folder: objects,
    places: objectPlaces(config),
    clock: systemClock,
    log,
  })
  const quarantine = join(objects, 'quarantine')
  if (config.repair) await mkdir(quarantine, { recursive: true })
  const found = await store.check({
    onProblem: (problem) => tell(lineOf(problem)),
    ...(config.repair ? { quarantine } : {}),
  })
  const miscounted = await store.recount({ repair: config.repair })
  for (const bucket of miscounted) tell(`miscounted bucket ${bucket}`)
  // Uploads to another S3 that were left half-way, and the space of deleted objects.
  if (config.repair) await store.sweep()
  return { ...found, miscounted: miscounted.length }
}

function lineOf(problem: IntegrityProblem): string {
  if (problem.kind === 'orphaned') return `orphaned blob ${problem.blobId}`
  const { kind, bucket, key, versionId, partNumber, blobId, isCopy } = problem
  const version = versionId === undefined ? ' upload under way' : ` version ${versionId}`
  const part = partNumber === undefined ? '' : ` part ${partNumber}`
  const copy = isCopy === true ? ' restored copy' : ''
  return `${kind} s3://${bucket}/${key}${version}${part}${copy} blob ${blobId}`
}
