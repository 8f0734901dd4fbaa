import type { LifecycleRule, TransitionDefaultMinimumObjectSize } from '@aws-sdk/client-s3'
import { randomString } from '#kit'
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts'

export interface StoredLifecycle {
  readonly Rules: LifecycleRule[]
  readonly TransitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize
}

const dayMs = 24 * 60 * 60 * 1000
const rulesMax = 1000

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
  for (const transition of rule.Transitions ?? []) {
    if ((transition.Date === undefined) === (transition.Days === undefined)) throw malformedXml()
    if (transition.StorageClass === undefined) throw malformedXml()
    checkDays(transition.Days, 'Transition', 0)
    checkMidnight(transition.Date)
    checkInfrequentAccess(transition.StorageClass, transition.Days)
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

function checkInfrequentAccess(storageClass: string, days: number | undefined): void {
  if (days !== undefined && days < 30 && /^(STANDARD|ONEZONE)_IA$/.test(storageClass)) {
    throw invalidArgument(
      `'Days' in Transition action must be greater than or equal to 30 for storageClass '${storageClass}'`,
      'Days',
      days,
    )
  }
}
