import { isIP } from 'node:net'
import type { Condition, Policy, Statement } from './document.ts'
import { isEveryone } from './principals.ts'

/**
 * Whether S3 calls a bucket policy public: it allows something to everybody, unless a condition holds it to fixed values.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublicPolicy(policy: Policy): boolean {
  return policy.statements.some(isPublicStatement)
}

function isPublicStatement(statement: Statement): boolean {
  const { effect, principals, conditions } = statement
  if (effect !== 'Allow' || !principals) return false
  if (!principals.not && !isEveryone(principals)) return false
  return !conditions.some(isFixing)
}

/** Keys whose fixed value names somebody, or some place, in particular. */
const fixingKeys = new Set(
  [
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:PrincipalOrgID',
    'aws:PrincipalOrgPaths',
    'aws:SourceAccount',
    'aws:SourceArn',
    'aws:SourceOrgID',
    'aws:SourceOwner',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:VpceAccount',
    'aws:VpceOrgID',
    'aws:userid',
    's3:DataAccessPointAccount',
    's3:DataAccessPointArn',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
  ].map((key) => key.toLowerCase()),
)

/** Operators that hold only when the key is there and is one of the values. */
const positive = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))$/i

function isFixing({ operator, key, values }: Condition): boolean {
  const name = key.toLowerCase()
  if (name === 'aws:sourceip') {
    return /^IpAddress$/i.test(operator) && values.length > 0 && values.every(isNarrowRange)
  }
  if (!fixingKeys.has(name) || !positive.test(operator) || values.length === 0) return false
  return values.every((value) => {
    // `AROAROLEID:*`: whoever takes the role.
    if (name === 'aws:userid' && /^AROA\w*:\*$/.test(value)) return false
    // The access point may be any, when its account is fixed.
    if (name === 's3:dataaccesspointarn') return /^arn:aws:s3:[^:]*:\d{12}:[^$]*$/.test(value)
    return !/[*?]|\$\{/.test(value)
  })
}

const privateRanges = [/^10\./, /^192\.168\./, /^172\.(?:1[6-9]|2\d|3[01])\./]

/** Ranges wider than /8 (IPv4) or /32 (IPv6) count as the whole world. */
function isNarrowRange(range: string): boolean {
  const [address = '', bits] = range.split('/')
  const family = isIP(address)
  if (family === 0) return false
  const width = bits === undefined ? 128 : Number(bits)
  if (family === 4) return width >= 8 || privateRanges.some((pattern) => pattern.test(address))
  return width >= 32
}
