import type { LimitTable } from '#protocol/aws'

const dataKeySpec = { enum: ['AES_256', 'AES_128'] }

/** https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html, under each operation. */
export const limits: LimitTable = {
  '*.KeyId': { min: 1, max: 2048 },
  '*.TargetKeyId': { min: 1, max: 2048 },
  '*.SourceKeyId': { min: 1, max: 2048 },
  '*.DestinationKeyId': { min: 1, max: 2048 },
  '*.AliasName': { min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ },
  '*.Description': { max: 8192 },
  '*.Policy': { min: 1, max: 131_072 },
  '*.PolicyName': { min: 1, max: 128, pattern: /^\w+$/ },
  '*.Limit': { integer: true, min: 1, max: 1000 },
  '*.Marker': { min: 1, max: 1024 },
  '*.PendingWindowInDays': { integer: true, min: 1, max: 365 },
  '*.RotationPeriodInDays': { integer: true, min: 90, max: 2560 },
  '*.NumberOfBytes': { integer: true, min: 1, max: 1024 },
  'GenerateDataKeyRequest.KeySpec': dataKeySpec,
  'GenerateDataKeyWithoutPlaintextRequest.KeySpec': dataKeySpec,
  '*.Plaintext': { min: 1, max: 4096 },
  // The model lets it be absent for dry runs, which are refused.
  '*.CiphertextBlob': { required: true, min: 1, max: 6144 },
  'CreateKeyRequest.Tags[].TagKey': { min: 1, max: 128 },
  'CreateKeyRequest.Tags[].TagValue': { max: 256 },
  'TagResourceRequest.Tags[].TagKey': { min: 1, max: 128 },
  'TagResourceRequest.Tags[].TagValue': { max: 256 },
}
