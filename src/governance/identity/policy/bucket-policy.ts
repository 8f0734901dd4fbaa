import { IdentityErrors } from '../errors.ts'
import { conditionOperators } from './conditions.ts'
import { parsePolicy, type Patterns, type Policy } from './document.ts'

const policyBytesMax = 20 * 1024

/**
 * A bucket's policy, checked as S3 does when it is put. Error: `MalformedPolicy` with S3's messages.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
 */
export function parseBucketPolicy(text: string, bucket: string): Policy {
  if (Buffer.byteLength(text) > policyBytesMax) {
    throw malformed('Policy exceeds the maximum allowed document size.')
  }
  const document = readDocument(text)
  const statements = statementsOf(document)
  for (const statement of statements) checkFields(statement)
  const policy = parsePolicy(text, 'bucket')
  const own = `arn:aws:s3:::${bucket}`
  for (const { actions, resources, conditions } of policy.statements) {
    if (!actions.list.every(isS3Action)) throw malformed('Policy has invalid action')
    if (!resources?.list.every((resource) => isOf(own, resource))) {
      throw malformed('Policy has invalid resource')
    }
    if (!resources.not && !actions.not) checkCombination(actions, resources)
    for (const { operator } of conditions) {
      const name = operator.replace(/^ForA(?:ll|ny)Values?:/i, '').replace(/IfExists$/i, '')
      if (!conditionOperators.has(name.toLowerCase())) {
        throw malformed(`Invalid Condition type : ${operator}`)
      }
    }
  }
  return policy
}

function readDocument(text: string): Record<string, unknown> {
  if (!/^\s*\{/.test(text)) {
    throw malformed('Policies must be valid JSON and the first byte must be "{"')
  }
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    throw malformed('This policy contains invalid Json')
  }
}

function statementsOf(document: Record<string, unknown>): readonly Record<string, unknown>[] {
  const { Version: version, Statement: found, ...others } = document
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformed('The policy must contain a valid version string')
  }
  for (const name of Object.keys(others)) {
    if (name !== 'Id') throw malformed(`Unknown field ${name}`)
  }
  if (found === undefined) throw malformed('Missing required field Statement')
  const statements = (Array.isArray(found) ? found : [found]) as unknown[]
  if (statements.length === 0) throw malformed('Could not parse the policy: Statement is empty!')
  if (statements.some((item) => typeof item !== 'object' || item === null || Array.isArray(item))) {
    throw malformed('Invalid policy syntax.')
  }
  return statements as Record<string, unknown>[]
}

const fields = ['Sid', 'Effect', 'Condition'].concat(
  ['Principal', 'Action', 'Resource'].flatMap((name) => [name, `Not${name}`]),
)

function checkFields(statement: Record<string, unknown>): void {
  for (const name of Object.keys(statement)) {
    if (!fields.includes(name)) throw malformed(`Unknown field ${name}`)
  }
  const { Effect: effect } = statement
  if (effect === undefined) throw malformed('Missing required field Effect')
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`Invalid effect: ${String(effect)}`)
  for (const name of ['Principal', 'Action', 'Resource']) {
    const given = statement[name] ?? statement[`Not${name}`]
    if (given === undefined || (Array.isArray(given) && given.length === 0)) {
      throw malformed(`Missing required field ${name}`)
    }
  }
}

function isS3Action(action: string): boolean {
  return action === '*' || /^s3(?:-[a-z-]+)?:/i.test(action)
}

/** Wildcards may stand for any part of the name. */
function isOf(own: string, resource: string): boolean {
  const [head = ''] = resource.split(/[*?]|\$\{/)
  if (head.length === resource.length) return resource === own || resource.startsWith(`${own}/`)
  return own.startsWith(head) || head.startsWith(`${own}/`)
}

/** Actions on objects need a resource that can be an object, those on buckets one that can be a bucket. */
function checkCombination(actions: Patterns, resources: Patterns): void {
  const canBeObject = resources.list.some((resource) => /[/*]|\$\{/.test(resource.slice(13)))
  const canBeBucket = resources.list.some((resource) => !resource.slice(13).includes('/'))
  for (const action of actions.list) {
    if (/[*?]/.test(action)) continue
    const fits = isOnObject(action) ? canBeObject : canBeBucket
    if (!fits) throw malformed('Action does not apply to any resource(s) in statement')
  }
}

function isOnObject(action: string): boolean {
  return /^s3:(?:(?:Get|Put|Delete|Restore|Replicate)Object(?!LockConfiguration)|AbortMultipartUpload|ListMultipartUploadParts|BypassGovernanceRetention|ObjectOwnerOverride|Replicate|InitiateReplication)/i.test(
    action,
  )
}

function malformed(message: string): Error {
  return IdentityErrors.MalformedPolicy(message)
}
