import type { LifecycleRule, TransitionDefaultMinimumObjectSize } from '@aws-sdk/client-s3'
import { randomString } from '#kit'
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts'

export interface StoredLifecycle {
  readonly Rules: LifecycleRule[]
  readonly TransitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize
}

const dayMs = 24 * 60 * 60 * 1000
const rulesMax = 1000
const transitionClasses: readonly string[] = [
  'GLACIER',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export function checkLifecycle(value: StoredLifecycle): StoredLifecycle {
  if (value.Rules.length === 0 || value.Rules.length > rulesMax) throw malformedXml()
  const ids = new Set<string>()
  const rules = value.Rules.map((rule) => {
    const id = rule.ID ?? randomString(48, 'abcdefghijklmnopqrstuvwxyz0123456789')
    if (id.length > 255) {
      throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID', id)
    }
    if (ids.has(id)) {
      throw invalidArgument(
        'Rule ID must be unique. Found same ID for more than one rule',
        'ID',
        id,
      )
    }
    ids.add(id)
    checkRule(rule)
    return { ...rule, ID: id }
  })
  return { ...value, Rules: rules }
}

function checkRule(rule: LifecycleRule): void {
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformedXml()
  if (rule.Filter !== undefined && rule.Prefix !== undefined) throw malformedXml()
  if (rule.Filter === undefined && rule.Prefix === undefined) throw malformedXml()
  const { Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule
  const transitions = [...(rule.Transitions ?? []), ...(rule.NoncurrentVersionTransitions ?? [])]
  if (
    !Expiration &&
    !NoncurrentVersionExpiration &&
    !AbortIncompleteMultipartUpload &&
    transitions.length === 0
  ) {
    throw invalidRequest('At least one action needs to be specified in a rule')
  }
  if (Expiration) {
    const { Date: date, Days, ExpiredObjectDeleteMarker } = Expiration
    const given = [date, Days, ExpiredObjectDeleteMarker].filter((item) => item !== undefined)
    if (given.length !== 1) throw malformedXml()
    checkDays(Days, 'Expiration', 1)
    checkMidnight(date)
  }
  checkDays(NoncurrentVersionExpiration?.NoncurrentDays, 'NoncurrentVersionExpiration', 1)
  checkDays(
    AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    'AbortIncompleteMultipartUpload',
    1,
  )
  for (const { NoncurrentDays: days, StorageClass } of rule.NoncurrentVersionTransitions ?? []) {
    if (StorageClass === undefined || days === undefined) throw malformedXml()
    checkClass(StorageClass)
    checkDays(days, 'NoncurrentVersionTransition', 0)
    checkInfrequentAccess(StorageClass, days, 'NoncurrentVersionTransition')
  }
  checkOrder(rule)
  for (const transition of rule.Transitions ?? []) {
    if ((transition.Date === undefined) === (transition.Days === undefined)) throw malformedXml()
    if (transition.StorageClass === undefined) throw malformedXml()
    checkClass(transition.StorageClass)
    checkDays(transition.Days, 'Transition', 0)
    checkMidnight(transition.Date)
    checkInfrequentAccess(transition.StorageClass, transition.Days, 'Transition')
  }
}

function checkDays(days: number | undefined, action: string, min: number): void {
  if (days === undefined || (Number.isInteger(days) && days >= min)) return
  throw invalidArgument(
    `'Days' for ${action} action must be a ${min === 0 ? 'nonnegative' : 'positive'} integer`,
    'Days',
    days,
  )
}

function checkMidnight(date: Date | undefined): void {
  if (date !== undefined && date.getTime() % dayMs !== 0) {
    throw invalidArgument("'Date' must be at midnight GMT", 'Date', date.toISOString())
  }
}

function checkClass(storageClass: string): void {
  if (!transitionClasses.includes(storageClass)) throw malformedXml()
}

/** What is moved must be left there for a while: AWS refuses expirations that come first, and dates among days. */
function checkOrder(rule: LifecycleRule): void {
  const { Expiration, NoncurrentVersionExpiration } = rule
  const filter = `'(prefix=${rule.Filter?.And?.Prefix ?? rule.Filter?.Prefix ?? rule.Prefix ?? ''})'`
  const transitions = rule.Transitions ?? []
  const dated = [Expiration, ...transitions].map((action) => action?.Date !== undefined)
  const inDays = [Expiration, ...transitions].map((action) => action?.Days !== undefined)
  if (dated.includes(true) && inDays.includes(true)) {
    throw invalidRequest(
      `Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter ${filter}`,
    )
  }
  for (const unit of ['Days', 'Date'] as const) {
    const end = Expiration?.[unit]
    const isLate = transitions.some((transition) => (transition[unit] ?? -1) >= (end ?? Infinity))
    if (end === undefined || !isLate) continue
    throw invalidArgument(
      `'${unit}' in the Expiration action for filter ${filter} must be greater than '${unit}' in the Transition action`,
      unit,
      end instanceof Date ? end.toISOString() : end,
    )
  }
  const noncurrentEnd = NoncurrentVersionExpiration?.NoncurrentDays ?? Infinity
  const moves = rule.NoncurrentVersionTransitions ?? []
  if (moves.some(({ NoncurrentDays = 0 }) => NoncurrentDays >= noncurrentEnd)) {
    throw invalidArgument(
      "'NoncurrentDays' in the NoncurrentVersionExpiration action must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action",
      'NoncurrentDays',
      noncurrentEnd,
    )
  }
}

function checkInfrequentAccess(
  storageClass: string,
  days: number | undefined,
  action: string,
): void {
  if (days !== undefined && days < 30 && /^(STANDARD|ONEZONE)_IA$/.test(storageClass)) {
    throw invalidArgument(
      `'${action === 'Transition' ? 'Days' : 'NoncurrentDays'}' in ${action} action must be greater than or equal to 30 for storageClass '${storageClass}'`,
      'Days',
      days,
    )
  }
}
