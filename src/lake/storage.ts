import { encryptionKeys } from '#storage/api/s3'
import { createObjectStore } from '#storage/objects'
import type { Foundations } from './foundations.ts'
import type { Governance } from './governance.ts'
import { objectPlaces } from './object-places.ts'

export type Storage = Awaited<ReturnType<typeof openStorage>>

/** The objects of all buckets, where the options say that their bytes lie. */
export async function openStorage(
  { config, folder, database, clock, log, opened, hasRoom }: Foundations,
  { keys, sealer }: Pick<Governance, 'keys' | 'sealer'>,
) {
  const objects = opened.use(
    'objects',
    await createObjectStore({
      database,
      folder: await folder.folder('objects'),
      clock,
      hasRoom,
      places: objectPlaces(config),
      keys: encryptionKeys(keys, sealer),
      encryptByDefault: config.encryptObjects,
      log: log.child({ part: 'objects' }),
    }),
  )
  return { objects }
}
