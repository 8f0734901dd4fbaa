import type { KeyMetadata, Tag } from '@aws-sdk/client-kms'
import type { Key, KeyTag } from '#governance/keys'

export function toMetadata(key: Key): KeyMetadata {
  return {
    AWSAccountId: key.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: new Date(key.createdAtMs),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    DeletionDate: key.deleteAtMs === undefined ? undefined : new Date(key.deleteAtMs),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  }
}

export function toTags(tags: readonly KeyTag[]): Tag[] {
  return tags.map(({ key, value }) => ({ TagKey: key, TagValue: value }))
}

export function fromTags(tags: readonly Tag[] | undefined): KeyTag[] {
  return (tags ?? []).map((tag) => ({ key: tag.TagKey!, value: tag.TagValue! }))
}
