/** Moves the bytes of the objects of a folder that no server holds. Part of the composition root, with server.ts. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from '#config'
import { createLogger, systemClock } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { diskRoom, FolderErrors, openDataFolder, thisProcess } from '#platform/folder'
import { relocateObjects, type Relocated, type RelocationOptions } from '#storage/objects'
import { databaseFile, migrations } from './migrations.ts'
import { objectPlaces } from './object-places.ts'

const mib = 1024 * 1024

/**
 * Moves the bytes between the data folder and the S3 of `--objects`. Errors: `FolderInUse`, `FolderUnusable`, those of `relocateObjects`.
 */
export async function moveObjects(
  config: Config,
  to: 'disk' | 's3',
  listeners: Pick<RelocationOptions, 'onProgress' | 'onDamaged'>,
): Promise<Relocated> {
  const path = resolve(config.dataDir)
  if (!existsSync(join(path, databaseFile))) {
    throw FolderErrors.FolderUnusable(`there is no lake in ${path}`)
  }
  await using folder = await openDataFolder(path, thisProcess(systemClock.now()))
  await using database = await openSqliteDatabase({
    path: join(folder.path, databaseFile),
    migrations,
    log: createLogger('error'),
  })
  return await relocateObjects({
    ...listeners,
    database,
    folder: await folder.folder('objects'),
    place: objectPlaces(config).hot,
    to,
    clock: systemClock,
    hasRoom: diskRoom(folder.path, config.diskReserveMib * mib),
  })
}
