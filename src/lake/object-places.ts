/** Where the options say that the bytes of objects lie. Part of the composition root, with lake.ts. */
import { resolve } from 'node:path'
import type { Config } from '#config'
import { diskRoom } from '#platform/folder'
import { parsePlace, type ObjectPlaces } from '#storage/objects'

const mib = 1024 * 1024

/** Error: `PlaceUnusable`. */
export function objectPlaces(config: Config): ObjectPlaces {
  const hot =
    config.objects === undefined
      ? undefined
      : parsePlace(config.objects, {
          endpoint: config.objectsEndpoint,
          region: config.objectsRegion,
          accessKeyId: config.objectsAccessKeyId,
          secretAccessKey: config.objectsSecretAccessKey,
        })
  const cold =
    config.coldObjects === undefined
      ? undefined
      : parsePlace(
          config.coldObjects.startsWith('s3:') ? config.coldObjects : resolve(config.coldObjects),
          {
            endpoint: config.coldObjectsEndpoint,
            region: config.coldObjectsRegion,
            accessKeyId: config.coldObjectsAccessKeyId,
            secretAccessKey: config.coldObjectsSecretAccessKey,
          },
        )
  const reserveBytes = config.diskReserveMib * mib
  return {
    hot,
    cold,
    cacheBytesMax: config.objectsCacheMib * mib,
    sentBytesMin: config.sendfileMib === 0 ? Number.POSITIVE_INFINITY : config.sendfileMib * mib,
    ...(cold?.kind === 'folder' ? { hasColdRoom: roomOf(cold.path, reserveBytes) } : {}),
  }
}

/** The folder is made when the place is opened: until then nothing is asked of its disk. */
function roomOf(folder: string, reserveBytes: number): (sizeBytes: number) => boolean {
  let room: ((sizeBytes: number) => boolean) | undefined
  return (sizeBytes) => {
    room ??= diskRoom(folder, reserveBytes)
    return room(sizeBytes)
  }
}
