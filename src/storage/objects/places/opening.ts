import { join } from 'node:path'
import { randomHex, type Logger } from '#kit'
import type { Database } from '#platform/database'
import type { BlobStore } from '../blob-store.ts'
import { openDiskBlobStore } from '../disk/index.ts'
import { InlineBlobs } from '../inline/inline-blobs.ts'
import { claim, giveUp, refuseMoving } from './claiming.ts'
import { FileCache } from './file-cache.ts'
import type { Place } from './place.ts'
import { PlacedBlobs } from './placed-blobs.ts'

export interface PlacesOptions {
  readonly database: Database
  /** The store's own folder on the local disk: the first place unless another is given. */
  readonly folder: string
  /** Whether so many bytes may be written to `folder`. */
  readonly hasRoom?: (sizeBytes: number) => boolean
  readonly hot?: Place | undefined
  readonly cold?: Place | undefined
  /** Whether so many bytes may be written to the second place, when it is a folder. */
  readonly hasColdRoom?: (sizeBytes: number) => boolean
  /** Of local copies of blobs that lie in an S3, for each place. */
  readonly cacheBytesMax: number
  /** Of what lies on a disk: what is shorter is not sent by the system. Default: nothing is. */
  readonly sentBytesMin?: number
  readonly log: Logger
}

/**
 * Opens the places that blobs lie in. Each bears a mark that the database knows, so that blobs are never looked for, nor swept, in a
 * place that is not theirs. Errors: `PlaceChanged`, `PlaceTaken`, `PlaceUnusable`, `UpstreamFailed`.
 */
export async function openPlaces(options: PlacesOptions): Promise<PlacedBlobs> {
  const { database, hot, cold } = options
  const own = { kind: 'folder' as const, path: options.folder }
  await refuseMoving(database)
  await claim(options, 'hot', hot ?? own, hot === undefined)
  if (cold) await claim(options, 'cold', cold, false)
  else await giveUp(database, 'cold')
  const epoch = randomHex(4)
  const first = await openPlace(options, epoch, hot, options.folder, options.hasRoom)
  const secondFolder = join(options.folder, 'second')
  const second = cold && (await openPlace(options, epoch, cold, secondFolder, options.hasColdRoom))
  // What lies in another S3 lies there when it is acknowledged.
  const inline = hot?.kind === 's3' ? undefined : await InlineBlobs.open(database, options.hasRoom)
  return new PlacedBlobs(first, second, inline)
}

async function openPlace(
  options: PlacesOptions,
  epoch: string,
  place: Place | undefined,
  folder: string,
  hasRoom: ((sizeBytes: number) => boolean) | undefined,
): Promise<BlobStore> {
  if (place?.kind !== 's3') {
    const { sentBytesMin = Number.POSITIVE_INFINITY } = options
    const limits = { sentBytesMin }
    if (!place) return openDiskBlobStore({ folder, epoch, hasRoom, limits })
    const { cacheBytesMax, hasRoom: hasLocalRoom = () => true } = options
    const copies = await FileCache.open(join(folder, 'cache'), cacheBytesMax, hasLocalRoom)
    return openDiskBlobStore({ folder: place.path, epoch, hasRoom, copies, limits })
  }
  const { openS3BlobStore } = await import('../s3/index.ts')
  const { cacheBytesMax } = options
  return openS3BlobStore({ place, epoch, folder, cacheBytesMax, hasRoom: options.hasRoom })
}
