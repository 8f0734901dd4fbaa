import type { EnvironmentResponse } from '@aws-sdk/client-lambda'
import { isLakeError, type LakeError } from '#kit'
import {
  FunctionErrors,
  type FunctionRef,
  type Functions,
  type FunctionSettings,
  type FunctionVersion,
} from '#processing/functions'
import type { Call } from '#protocol/aws'
import { refused } from './subject.ts'

type Where = Pick<Call, 'caller' | 'permits' | 'region'> & { readonly functions: Functions }
type Kept = Pick<FunctionSettings, 'environment' | 'kmsKeyArn'>

interface VariablesInput {
  readonly Environment?: { readonly Variables?: Record<string, string> | undefined } | undefined
  readonly KMSKeyArn?: string | undefined
}

/**
 * The variables that an input sets, sealed; undefined when it leaves them and their key as they are. Whoever gives a function a KMS key needs
 * `kms:Encrypt` and `kms:CreateGrant` for it: by that grant Lambda opens the variables later, whatever the function's role may.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html. Error: `InvalidFunctionParameter`.
 */
export async function sealedVariables(
  ctx: Where,
  ref: FunctionRef,
  input: VariablesInput,
  present?: FunctionSettings,
): Promise<Kept | undefined> {
  const { Environment: environment, KMSKeyArn: given } = input
  const keyArn = given === undefined ? present?.kmsKeyArn : given === '' ? undefined : given
  if (present && environment === undefined && keyArn === present.kmsKeyArn) return undefined
  if (keyArn !== undefined) await requireKey(ctx, keyArn)
  const variables = environment
    ? environment.Variables
    : present && (await openedFor(ctx, ref, present))
  return ctx.functions.variables.seal(ref, variables ?? {}, keyArn, present)
}

/** What of the variables a caller is shown: all, or why he is not. */
export async function shownVariables(
  ctx: Where,
  version: FunctionVersion,
): Promise<EnvironmentResponse | undefined> {
  const { settings } = version
  if (settings.environment === undefined) return undefined
  try {
    return { Variables: { ...(await openedFor(ctx, version, settings)) } }
  } catch (error) {
    const code = isLakeError(error) ? keyErrors[error.code] : undefined
    if (code === undefined) throw error
    return { Error: { ErrorCode: code, Message: (error as LakeError).message } }
  }
}

const keyErrors: Readonly<Record<string, string>> = {
  KmsKeyDenied: 'AccessDeniedException',
  KmsKeyDisabled: 'KMSDisabledException',
  KmsKeyNotFound: 'KMSNotFoundException',
  KmsKeyStateWrong: 'KMSInvalidStateException',
}

async function openedFor(ctx: Where, ref: FunctionRef, kept: Kept) {
  const { kmsKeyArn } = kept
  if (kmsKeyArn !== undefined && !(await mayUse(ctx, 'kms:Decrypt', kmsKeyArn))) {
    throw FunctionErrors.KmsKeyDenied(
      `Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check your KMS permissions. KMS Exception: AccessDeniedException KMS Message: ${notAuthorized(ctx, 'kms:Decrypt', kmsKeyArn)}`,
    )
  }
  return ctx.functions.variables.open(ref, kept)
}

async function requireKey(ctx: Where, keyArn: string): Promise<void> {
  const refuse = (exception: string, message: string) =>
    refused(
      `Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant. Please check your KMS key settings. KMS Exception: ${exception} KMS Message: ${message}`,
    )
  if (keyArn.includes(':alias/')) {
    throw refuse('InvalidArnException', 'Key Aliases are not supported for this operation.')
  }
  if (!/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/.test(keyArn)) {
    throw refuse('InvalidArnException', `Invalid arn ${keyArn}`)
  }
  for (const action of ['kms:CreateGrant', 'kms:Encrypt']) {
    if (await mayUse(ctx, action, keyArn)) continue
    throw refuse('AccessDeniedException', notAuthorized(ctx, action, keyArn))
  }
  try {
    await ctx.functions.variables.requireUsable(keyArn)
  } catch (error) {
    const code = isLakeError(error) ? keyErrors[error.code] : undefined
    if (code === undefined) throw error
    const { cause } = error as LakeError
    throw refuse(code.replace(/^KMS(?=Disabled|NotFound)/, ''), (cause as Error).message)
  }
}

function mayUse(ctx: Where, action: string, keyArn: string): Promise<boolean> {
  return ctx.permits(action, keyArn, undefined, {
    'kms:ViaService': `lambda.${ctx.region}.amazonaws.com`,
  })
}

function notAuthorized({ caller }: Where, action: string, keyArn: string): string {
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${keyArn}`
}
