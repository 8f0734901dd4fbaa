import { isLakeError } from '#kit'
import type { Keys, Sealer } from '#governance/keys'
import { ObjectErrors, type EncryptionKeys } from '#storage/objects'

/** What data keys of objects are sealed under. */
const sealContext = 'objects/data-key'
const managedKey = 'alias/aws/s3'

/** The keys of the lake, for the object store: its master key and KMS. */
export function encryptionKeys(keys: Keys, sealer: Sealer): EncryptionKeys {
  const keyOf = (arn: string) => {
    const [, , , region = '', accountId = ''] = arn.split(':')
    return keys.resolve({ accountId, region }, arn)
  }
  return {
    seal: (plain) => sealer.seal(plain, sealContext),
    unseal: (sealed) => sealer.unseal(sealed, sealContext),
    kmsKey: (place, name) =>
      inTermsOfS3(async () => (await keys.resolve(place, name ?? managedKey)).arn),
    kmsSeal: (arn, plain, context) =>
      inTermsOfS3(async () => keys.encrypt(await keyOf(arn), plain, context)),
    kmsUnseal: (arn, sealed, context) =>
      inTermsOfS3(async () => keys.decrypt(await keyOf(arn), sealed, context)),
  }
}

async function inTermsOfS3<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    if (!isLakeError(error)) throw error
    if (error.code === 'KeyNotFound') throw ObjectErrors.KmsNotFound(error.message, {}, error)
    if (error.code === 'KeyDisabled') throw ObjectErrors.KmsDisabled(error.message, {}, error)
    if (error.code === 'KeyStateWrong') {
      throw ObjectErrors.KmsInvalidState(error.message, {}, error)
    }
    throw error
  }
}
