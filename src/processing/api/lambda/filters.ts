import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda'
import { keyConditions } from '#governance/keys'
import { isLakeError, type LakeError } from '#kit'
import {
  FunctionErrors,
  type FilterOwner,
  type Functions,
  type KeptFilters,
  type Mapping,
} from '#processing/functions'
import type { Call } from '#protocol/aws'
import { filterContext } from './filter-keys.ts'
import { refused } from './subject.ts'

type Input = CreateEventSourceMappingRequest | UpdateEventSourceMappingRequest
/** What of a call filters need. */
export type FilterCall = Pick<Call, 'caller' | 'permits' | 'accountId' | 'region'> & {
  readonly functions: Pick<Functions, 'filters'>
}

/**
 * How a mapping is to keep its filters from now on. Whoever puts them under a KMS key needs `kms:DescribeKey` and `kms:GenerateDataKey` for it, and
 * who takes them from under another `kms:Decrypt` for that. Without filters there is no key, unless one is given.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filter-criteria-encryption. Error: `InvalidFunctionParameter`.
 */
export async function keptFilters(
  ctx: FilterCall,
  owner: FilterOwner,
  input: Input,
  present: KeptFilters,
): Promise<KeptFilters> {
  const { filters, sealedFilters, kmsKeyArn } = present
  const given = input.FilterCriteria?.Filters?.map(({ Pattern }) => Pattern ?? '')
  const patterns = input.FilterCriteria ? (given ?? []) : undefined
  const isCleared = patterns?.length === 0 && input.KMSKeyArn === undefined
  const keyArn = isCleared ? undefined : (input.KMSKeyArn ?? kmsKeyArn) || undefined
  if (patterns === undefined && keyArn === kmsKeyArn) return { filters, sealedFilters, kmsKeyArn }
  if (keyArn !== undefined) await requireKey(ctx, keyArn, owner)
  const all = patterns ?? (await openedFor(ctx, owner.sourceArn, present))
  return ctx.functions.filters.seal(all, keyArn, owner)
}

/** What of sealed filters a caller is shown: all, or why he is not. Nothing of those that are not sealed. */
export async function shownFilters(
  ctx: FilterCall,
  { settings, sourceArn }: Mapping,
): Promise<Pick<EventSourceMappingConfiguration, 'FilterCriteria' | 'FilterCriteriaError'>> {
  if (settings.sealedFilters === undefined) return {}
  try {
    const patterns = await openedFor(ctx, sourceArn, settings)
    return { FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) } }
  } catch (error) {
    const code = isLakeError(error) ? keyExceptions[error.code] : undefined
    if (code === undefined) throw error
    return { FilterCriteriaError: { ErrorCode: code, Message: (error as LakeError).message } }
  }
}

/** Names of KMS: https://docs.aws.amazon.com/lambda/latest/api/API_FilterCriteriaError.html */
const keyExceptions: Readonly<Record<string, string>> = {
  KmsKeyDenied: 'AccessDeniedException',
  KmsKeyDisabled: 'DisabledException',
  KmsKeyNotFound: 'NotFoundException',
  KmsKeyStateWrong: 'KMSInvalidStateException',
}

async function openedFor(
  ctx: FilterCall,
  sourceArn: string,
  kept: KeptFilters,
): Promise<readonly string[]> {
  const { kmsKeyArn: keyArn, sealedFilters } = kept
  if (keyArn !== undefined && sealedFilters !== undefined) {
    const owner = { functionArn: sealedFilters.functionArn, sourceArn }
    if (!(await mayUse(ctx, 'kms:Decrypt', keyArn, owner))) {
      throw FunctionErrors.KmsKeyDenied(
        `Lambda was unable to decrypt the filter criteria because the KMS access was denied. Please check your KMS permissions. KMS Exception: AccessDeniedException KMS Message: ${notAuthorized(ctx, 'kms:Decrypt', keyArn)}`,
      )
    }
  }
  return ctx.functions.filters.open(kept, sourceArn)
}

async function requireKey(ctx: FilterCall, keyArn: string, owner: FilterOwner): Promise<void> {
  const refuse = (exception: string, message: string) =>
    refused(
      `Lambda was unable to encrypt the filter criteria because the KMS key cannot be used. Please check your KMS key settings. KMS Exception: ${exception} KMS Message: ${message}`,
    )
  if (!/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/.test(keyArn)) {
    throw refuse('InvalidArnException', `Invalid arn ${keyArn}`)
  }
  for (const action of ['kms:DescribeKey', 'kms:GenerateDataKey']) {
    if (await mayUse(ctx, action, keyArn, owner)) continue
    throw refuse('AccessDeniedException', notAuthorized(ctx, action, keyArn))
  }
  try {
    await ctx.functions.filters.requireUsable(keyArn)
  } catch (error) {
    const code = isLakeError(error) ? keyExceptions[error.code] : undefined
    if (code === undefined) throw error
    const { cause } = error as LakeError
    throw refuse(code, (cause as Error).message)
  }
}

function mayUse(
  ctx: FilterCall,
  action: string,
  keyArn: string,
  owner: FilterOwner,
): Promise<boolean> {
  const keys = keyConditions('lambda', keyArn, filterContext(owner))
  return ctx.permits(action, keyArn, undefined, keys)
}

function notAuthorized({ caller }: FilterCall, action: string, keyArn: string): string {
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${keyArn}`
}
