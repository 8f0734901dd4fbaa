import type { Call } from '#protocol/aws'
import type { S3Context } from '../context.ts'
import { accessDenied, s3Error } from '../errors.ts'
import { publicAccessBlock } from './public-access.ts'
import { readSetting } from './store.ts'

const policyBytesMax = 20 * 1024

interface Statement {
  readonly Effect?: unknown
  readonly Principal?: unknown
  readonly NotPrincipal?: unknown
  readonly Action?: unknown
  readonly NotAction?: unknown
  readonly Resource?: unknown
  readonly NotResource?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** The grammar of a bucket policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export async function checkPolicy(
  text: string,
  ctx: Call & S3Context,
  bucket: string,
): Promise<string> {
  if (Buffer.byteLength(text) > policyBytesMax) {
    throw malformed('Policy exceeds the maximum allowed document size.')
  }
  const statements = statementsOf(text)
  for (const statement of statements) checkStatement(statement, bucket)
  const block = await readSetting(
    ctx.objects,
    { accountId: ctx.accountId, bucket },
    publicAccessBlock,
  )
  if (block?.BlockPublicPolicy === true && statements.some(isPublicStatement)) throw accessDenied()
  return text
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
export function isPublicPolicy(text: string): boolean {
  return statementsOf(text).some(isPublicStatement)
}

function statementsOf(text: string): readonly Statement[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw malformed('This policy contains invalid Json')
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw malformed('Policies must be valid JSON and the first byte must be "{"')
  }
  const { Version: version, Statement: found } = document as Record<string, unknown>
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformed('The policy must contain a valid version string')
  }
  if (found === undefined) throw malformed('Missing required field Statement')
  const statements = (Array.isArray(found) ? found : [found]) as unknown[]
  if (statements.length === 0) throw malformed('Could not parse the policy: Statement is empty!')
  if (statements.some((item) => typeof item !== 'object' || item === null)) {
    throw malformed('Syntax errors in policy.')
  }
  return statements as Statement[]
}

function checkStatement(statement: Statement, bucket: string): void {
  if (statement.Effect === undefined) throw malformed('Missing required field Effect')
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw malformed(`Invalid effect: ${String(statement.Effect)}`)
  }
  if (statement.Principal === undefined && statement.NotPrincipal === undefined) {
    throw malformed('Missing required field Principal')
  }
  const actions = texts(statement.Action ?? statement.NotAction)
  if (actions.length === 0) throw malformed('Missing required field Action')
  if (actions.some((action) => action !== '*' && !/^s3(-[a-z-]+)?:/i.test(action))) {
    throw malformed('Policy has invalid action')
  }
  const resources = texts(statement.Resource ?? statement.NotResource)
  if (resources.length === 0) throw malformed('Missing required field Resource')
  const own = `arn:aws:s3:::${bucket}`
  for (const resource of resources) {
    // A wildcard may stand for any part of the name.
    const [head = ''] = resource.split(/[*?]/)
    const fits =
      resource === own ||
      resource.startsWith(`${own}/`) ||
      (head.length < resource.length && (own.startsWith(head) || head.startsWith(`${own}/`)))
    if (!fits) throw malformed('Policy has invalid resource')
  }
}

/** Condition keys that name somebody in particular make an open statement closed. */
const fixingKeys =
  /^(aws:(sourceip|sourcearn|sourcevpc|sourcevpce|sourceowner|sourceaccount|principalorgid|principalorgpaths|principalarn|principalaccount|userid)|s3:(x-amz-server-side-encryption-aws-kms-key-id|dataaccesspointarn|dataaccesspointaccount))$/i

function isPublicStatement(statement: Statement): boolean {
  if (statement.Effect !== 'Allow') return false
  const { Principal: principal } = statement
  const open =
    statement.NotPrincipal !== undefined ||
    principal === '*' ||
    (typeof principal === 'object' &&
      principal !== null &&
      texts((principal as Record<string, unknown>)['AWS']).includes('*'))
  if (!open) return false
  const fixed = Object.values(statement.Condition ?? {}).some((condition) =>
    Object.entries(condition).some(
      ([key, value]) =>
        fixingKeys.test(key) &&
        texts(value).every((text) => !/^[*?]*$/.test(text) && text !== '0.0.0.0/0'),
    ),
  )
  return !fixed
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function malformed(message: string): Error {
  return s3Error('MalformedPolicy', 400, message)
}
