import type { Objects, StagedBlob } from '#storage/objects'
import type { S3Target } from '../../records.ts'
import type { EncodedObject } from './encode.ts'

/** A staged object, ready to be published. */
export interface StagedObject {
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  readonly blob: StagedBlob
  readonly contentType: string
  readonly storageClass?: string | undefined
}

/** Stages that go on at once: small objects then share an fsync. */
const stagesMax = 16

/** Makes the objects durable, without a name. When one fails, none is left. */
export async function stageObjects(
  store: Pick<Objects, 'stage' | 'stageFile' | 'discard'>,
  place: { readonly accountId: string } & Pick<S3Target, 'bucket' | 'keyArn' | 'storageClass'>,
  /** Asked for each key before anything is written. */
  permit: (key: string) => Promise<void>,
  objects: AsyncIterable<EncodedObject> | Iterable<EncodedObject>,
): Promise<readonly StagedObject[]> {
  const { accountId, bucket, keyArn, storageClass } = place
  const encryption =
    keyArn === undefined ? {} : { encryption: { mode: 'aws:kms', keyName: keyArn } as const }
  const started: Promise<StagedObject>[] = []
  const underWay = new Set<Promise<unknown>>()
  const stage = async ({ key, content }: EncodedObject): Promise<StagedObject> => {
    const to = { accountId, bucket, key, storageClass }
    await permit(key)
    const blob =
      'path' in content
        ? await store.stageFile(content.path, { ...to, ...encryption })
        : await store.stage(content.bytes, { ...to, ...encryption })
    return { ...to, blob, contentType: 'application/octet-stream' }
  }
  try {
    for await (const object of objects) {
      const staging = stage(object)
      started.push(staging)
      const settled: Promise<unknown> = staging
        .catch(() => undefined)
        .then(() => underWay.delete(settled))
      underWay.add(settled)
      if (underWay.size >= stagesMax) await Promise.race(underWay)
    }
    return await Promise.all(started)
  } catch (error) {
    const ended = await Promise.allSettled(started)
    await Promise.all(
      ended.flatMap((each) =>
        each.status === 'fulfilled' ? [store.discard(each.value.blob)] : [],
      ),
    )
    throw error
  }
}
