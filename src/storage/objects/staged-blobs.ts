import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { randomHex } from '#kit'
import type { BlobAdopted } from './blob-store.ts'
import { etagOf, type ObjectEncryption } from './encryption/object-encryption.ts'
import { sealChunks } from './encryption/sealed-blob.ts'
import { limits } from './limits.ts'
import type { Objects } from './objects.ts'
import type { PlacedBlobs } from './places/placed-blobs.ts'
import { defaultChecksum, stageBytes } from './staging.ts'
import { tierOfClass } from './tiering/storage-classes.ts'

/** How the other layers put bytes in place before a transaction publishes them. */
export function createStaging(parts: {
  readonly blobs: PlacedBlobs
  readonly encryption: ObjectEncryption
}): Pick<Objects, 'stage' | 'stageFile'> {
  const { blobs, encryption } = parts
  const stage: Objects['stage'] = async (source, target) => {
    const encrypted = await encryption.begin(target, target.encryption, target.permitKey)
    const tier = tierOfClass(target.storageClass)
    const staged = await stageBytes(blobs.into(tier), source, {
      algorithms: [defaultChecksum],
      sizeBytesMax: limits.objectSizeBytesMax,
      encryption: encrypted,
      inline: target.withRow && tier === 'hot' ? blobs.inline : undefined,
    })
    return {
      blobId: staged.blobId,
      ...(staged.inlined ? { inlined: staged.inlined } : {}),
      sizeBytes: staged.sizeBytes,
      etag: etagOf(staged.md5, encrypted),
      checksum: { algorithm: defaultChecksum, value: staged.checksums[defaultChecksum]! },
      ...(encrypted ? { encryption: encrypted.record } : {}),
    }
  }

  const stageFile: Objects['stageFile'] = async (path, target, known) => {
    const encrypted = await encryption.begin(target, target.encryption, target.permitKey)
    const { crc, ...written } = encrypted
      ? await sealFile(blobs, path, encrypted.dataKey)
      : await blobs.adopt(path, known)
    const value = Buffer.alloc(4)
    value.writeUInt32BE(crc)
    return {
      ...written,
      etag: `${randomHex(16)}-1`,
      checksum: { algorithm: 'CRC32', value: value.toString('base64') },
      ...(encrypted ? { encryption: encrypted.record } : {}),
    }
  }
  return { stage, stageFile }
}

async function sealFile(
  blobs: PlacedBlobs,
  path: string,
  dataKey: Uint8Array,
): Promise<BlobAdopted> {
  let crc = 0
  let sizeBytes = 0
  const chunks = async function* () {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      crc = crc32(chunk as Uint8Array, crc)
      sizeBytes += (chunk as Uint8Array).byteLength
      yield chunk as Uint8Array
    }
  }
  const { blobId } = await blobs.write(sealChunks(dataKey, chunks()))
  await rm(path)
  return { blobId, sizeBytes, crc }
}
