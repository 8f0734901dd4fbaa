import { isLakeError } from '#kit'
import type { EncryptionRequest, Objects } from '#storage/objects'
import { QueryErrors } from '../errors.ts'
import { parseLocation } from '../planning/location.ts'
import type { StartInput } from '../queries.ts'
import type {
  Execution,
  ManagedSettings,
  QueryScope,
  ResultConfiguration,
  WorkGroup,
} from '../records.ts'
import type { ResultKeys } from '../results/result-keys.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ManagedQueryResultsConfiguration.html */
export const eitherManagedOrOwn =
  'ManagedQueryResultsConfiguration and ResultConfiguration cannot be set together.'

/** Settings of an execution whose workgroup lets the service keep results: no others go with them, enforced or not. */
export async function managedIn(
  input: StartInput,
  { configuration: { managed } }: WorkGroup,
  keys: ResultKeys,
): Promise<ManagedSettings | undefined> {
  if (!managed) return undefined
  if (Object.values(input.result ?? {}).some((value) => value !== undefined)) {
    throw QueryErrors.InvalidQueryRequest(eitherManagedOrOwn)
  }
  return managed.kmsKey === undefined ? {} : { kmsKey: await keys.keyArn(input, managed.kmsKey) }
}

/** The settings in force: the workgroup's when it enforces them, else the request's first. */
export async function resultsIn(
  input: StartInput,
  workGroup: WorkGroup,
  objects: Objects,
): Promise<ResultConfiguration> {
  const own = workGroup.configuration.result
  const asked = workGroup.configuration.enforce
    ? (own ?? {})
    : {
        ...input.result,
        outputLocation: input.result?.outputLocation ?? own?.outputLocation,
        encryption: input.result?.encryption ?? own?.encryption,
      }
  // https://docs.aws.amazon.com/athena/latest/ug/workgroups-minimum-encryption.html
  const result =
    workGroup.configuration.minimumEncryption && !asked.encryption
      ? { ...asked, encryption: { option: 'SSE_S3' } }
      : asked
  if (!result.outputLocation) {
    throw QueryErrors.InvalidQueryRequest(
      'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
    )
  }
  const location = parseLocation(result.outputLocation)
  if (!location) throw QueryErrors.InvalidQueryRequest('outputLocation is not a valid S3 path.')
  try {
    await objects.checkBucket(input.accountId, location.bucket)
  } catch (error) {
    if (!isLakeError(error, 'NoSuchBucket') && !isLakeError(error, 'AccessDenied')) throw error
    throw QueryErrors.InvalidQueryRequest(
      `Unable to verify/create output bucket ${location.bucket}`,
    )
  }
  return result
}

/** How a result's object is to be encrypted. https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html */
export function encryptionOf({ encryption }: ResultConfiguration): EncryptionRequest | undefined {
  if (!encryption) return undefined
  switch (encryption.option) {
    case 'SSE_S3':
      return { mode: 'AES256' }
    case 'SSE_KMS':
      return { mode: 'aws:kms', ...(encryption.kmsKey ? { keyName: encryption.kmsKey } : {}) }
    default:
      return undefined
  }
}

/**
 * The KMS key under which results are encrypted before they are stored (CSE_KMS). Files of tables are not, since no reader of tables
 * here could open them. Error: `InvalidQueryRequest`.
 */
export async function clientKeyOf(
  { encryption }: ResultConfiguration,
  execution: QueryScope & Pick<Execution, 'subType'>,
  keys: ResultKeys,
): Promise<string | undefined> {
  if (encryption?.option !== 'CSE_KMS') return undefined
  if (['CREATE_TABLE_AS_SELECT', 'INSERT', 'UNLOAD'].includes(execution.subType)) {
    throw QueryErrors.InvalidQueryRequest(
      'CSE_KMS encrypts the results of queries, not files of tables: use SSE_S3 or SSE_KMS for statements that write them',
    )
  }
  if (encryption.kmsKey === undefined) {
    throw QueryErrors.InvalidQueryRequest('KmsKey must be set for CSE_KMS')
  }
  return keys.keyArn(execution, encryption.kmsKey)
}
