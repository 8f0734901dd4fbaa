import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { Digester } from './digest.ts'
import { etagOf, type Encryption, type ObjectEncryption } from './encryption/object-encryption.ts'
import { sealChunks } from './encryption/sealed-blob.ts'
import { limits } from './limits.ts'
import type { Objects, StagedBlob } from './objects.ts'
import type { PlacedBlobs } from './places/placed-blobs.ts'
import { defaultChecksum, stageBytes, type Staged } from './staging.ts'

/** How the other layers put bytes in place before a transaction publishes them. */
export function createStaging(parts: {
  readonly blobs: PlacedBlobs
  readonly encryption: ObjectEncryption
}): Pick<Objects, 'stage' | 'stageFile'> {
  const { blobs, encryption } = parts
  const stage: Objects['stage'] = async (source, target) => {
    const encrypted = await encryption.begin(target, target.encryption, target.permitKey)
    const staged = await stageBytes(blobs, source, {
      algorithms: [defaultChecksum],
      sizeBytesMax: limits.objectSizeBytesMax,
      encryption: encrypted,
    })
    return stagedBlob(staged, encrypted)
  }

  const stageFile: Objects['stageFile'] = async (path, target) => {
    const encrypted = await encryption.begin(target, target.encryption, target.permitKey)
    const digester = await Digester.create([defaultChecksum])
    let crc = 0
    const chunks = async function* () {
      for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
        digester.update(chunk as Uint8Array)
        crc = crc32(chunk as Uint8Array, crc)
        yield chunk as Uint8Array
      }
    }
    if (encrypted) {
      const { blobId } = await blobs.write(sealChunks(encrypted.dataKey, chunks()))
      await rm(path)
      return stagedBlob({ blobId, ...digester.end() }, encrypted)
    }
    for await (const _ of chunks());
    const { blobId } = await blobs.adopt(path, crc)
    return stagedBlob({ blobId, ...digester.end() }, undefined)
  }
  return { stage, stageFile }
}

function stagedBlob(staged: Staged, encrypted: Encryption | undefined): StagedBlob {
  const { blobId, sizeBytes, checksums } = staged
  const md5 = etagOf(staged.md5, encrypted)
  return {
    blobId,
    sizeBytes,
    md5,
    checksums,
    ...(encrypted ? { encryption: encrypted.record } : {}),
  }
}
