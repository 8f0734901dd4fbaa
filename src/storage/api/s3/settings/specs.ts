import type {
  AbacStatus,
  AccelerateConfiguration,
  AnalyticsConfiguration,
  BucketLoggingStatus,
  CORSConfiguration,
  Grant,
  IntelligentTieringConfiguration,
  InventoryConfiguration,
  MetricsConfiguration,
  NotificationConfiguration,
  ObjectLockConfiguration,
  OwnershipControls,
  ReplicationConfiguration,
  RequestPaymentConfiguration,
  ServerSideEncryptionConfiguration,
  WebsiteConfiguration,
} from '@aws-sdk/client-s3'
import { objectLimits } from '#storage/objects'
import {
  invalidArgument,
  invalidRequest,
  malformedXml,
  notImplemented,
  s3Error,
} from '../errors.ts'
import { tagMap, type Tag } from '../tags.ts'
import type { ConfigurationSpec } from './configurations.ts'
import { checkLifecycle, type StoredLifecycle } from './lifecycle.ts'
import { checkNotification } from './notification.ts'
import { checkObjectLock } from './object-lock.ts'
import { checkPolicy } from './policy.ts'
import { checkReplication } from './replication.ts'
import type { SettingSpec } from './store.ts'
import { checkWebsite } from './website.ts'

/*
 * Every sub-resource of a bucket. Codes and messages of the unset ones:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */

/** Policies do not see the tags of buckets, so nobody may rely on them. */
export const abac: SettingSpec<AbacStatus> = {
  name: 'abac',
  initial: { Status: 'Disabled' },
  check: (value) => {
    if (value.Status === 'Disabled') return value
    if (value.Status !== 'Enabled') throw malformedXml()
    throw notImplemented('access by the tags of a bucket')
  },
}

export const accelerate: SettingSpec<AccelerateConfiguration> = {
  name: 'accelerate',
  initial: {},
  check: (value, _, bucket) => {
    if (bucket.includes('.')) {
      throw invalidRequest(
        'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
      )
    }
    return value
  },
}

/** Unset: the owner alone has full control. */
export const acl: SettingSpec<readonly Grant[]> = { name: 'acl', initial: [] }

export const cors: SettingSpec<CORSConfiguration> = {
  name: 'cors',
  missing: () => s3Error('NoSuchCORSConfiguration', 404, 'The CORS configuration does not exist'),
  check: (value) => {
    for (const rule of value.CORSRules ?? []) {
      if (!rule.AllowedMethods?.length || !rule.AllowedOrigins?.length) throw malformedXml()
      for (const method of rule.AllowedMethods) {
        if (['GET', 'PUT', 'HEAD', 'POST', 'DELETE'].includes(method)) continue
        throw invalidRequest(
          `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
        )
      }
      for (const text of [...rule.AllowedOrigins, ...(rule.AllowedHeaders ?? [])]) {
        if (text.split('*').length > 2) {
          throw invalidRequest(`AllowedOrigin "${text}" can not have more than one wildcard.`)
        }
      }
    }
    return value
  },
}

/** Nothing is claimed that is not done: unset, it tells whether the lake encrypts by default. */
export const encryption: SettingSpec<ServerSideEncryptionConfiguration> = {
  name: 'encryption',
  missing: () =>
    s3Error(
      'ServerSideEncryptionConfigurationNotFoundError',
      404,
      'The server side encryption configuration was not found',
    ),
  check: (value) => {
    const rules = (value.Rules ?? []).map((rule) => {
      const { SSEAlgorithm, KMSMasterKeyID } = rule.ApplyServerSideEncryptionByDefault ?? {}
      if (
        SSEAlgorithm !== undefined &&
        !['AES256', 'aws:kms', 'aws:kms:dsse'].includes(SSEAlgorithm)
      ) {
        throw malformedXml()
      }
      if (SSEAlgorithm === 'aws:kms:dsse') throw notImplemented('encryption in two layers')
      if (KMSMasterKeyID !== undefined && SSEAlgorithm === 'AES256') {
        throw invalidArgument(
          'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
          'KMSMasterKeyID',
          KMSMasterKeyID,
        )
      }
      return { ...rule, BucketKeyEnabled: rule.BucketKeyEnabled ?? false }
    })
    return { ...value, Rules: rules }
  },
}

/** What every bucket of a lake that encrypts says when unset, as AWS does: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html */
export const encryptionByDefault: SettingSpec<ServerSideEncryptionConfiguration> = {
  ...encryption,
  initial: {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        BucketKeyEnabled: false,
      },
    ],
  },
}

export const lifecycle: SettingSpec<StoredLifecycle> = {
  name: 'lifecycle',
  missing: () =>
    s3Error('NoSuchLifecycleConfiguration', 404, 'The lifecycle configuration does not exist'),
  check: checkLifecycle,
}

export const logging: SettingSpec<BucketLoggingStatus> = {
  name: 'logging',
  initial: {},
  check: async (value, ctx) => {
    const target = value.LoggingEnabled?.TargetBucket
    if (value.LoggingEnabled && target === undefined) throw malformedXml()
    if (target === undefined) return value
    const bucket = await ctx.objects.buckets.find(target)
    if (bucket?.accountId !== ctx.accountId) {
      throw s3Error(
        'InvalidTargetBucketForLogging',
        400,
        'The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group.',
        { TargetBucket: target },
      )
    }
    return value
  },
}

export const notification: SettingSpec<NotificationConfiguration> = {
  name: 'notification',
  initial: {},
  check: checkNotification,
}

export const objectLock: SettingSpec<ObjectLockConfiguration> = {
  name: 'object-lock',
  missing: () =>
    s3Error(
      'ObjectLockConfigurationNotFoundError',
      404,
      'Object Lock configuration does not exist for this bucket',
    ),
  check: checkObjectLock,
}

export const ownershipControls: SettingSpec<OwnershipControls> = {
  name: 'ownership-controls',
  missing: () =>
    s3Error('OwnershipControlsNotFoundError', 404, 'The bucket ownership controls were not found'),
}

export const policy: SettingSpec<string> = {
  name: 'policy',
  missing: () => s3Error('NoSuchBucketPolicy', 404, 'The bucket policy does not exist'),
  check: checkPolicy,
}

export const replication: SettingSpec<ReplicationConfiguration> = {
  name: 'replication',
  missing: () =>
    s3Error(
      'ReplicationConfigurationNotFoundError',
      404,
      'The replication configuration was not found',
    ),
  check: checkReplication,
}

export const requestPayment: SettingSpec<RequestPaymentConfiguration> = {
  name: 'request-payment',
  initial: { Payer: 'BucketOwner' },
}

export const tagging: SettingSpec<readonly Tag[]> = {
  name: 'tagging',
  missing: () => s3Error('NoSuchTagSet', 404, 'The TagSet does not exist'),
  check: (value) => {
    tagMap(value, objectLimits.bucketTagsMax, 'Bucket')
    return value
  },
}

export const website: SettingSpec<WebsiteConfiguration> = {
  name: 'website',
  missing: () =>
    s3Error(
      'NoSuchWebsiteConfiguration',
      404,
      'The specified bucket does not have a website configuration',
    ),
  check: checkWebsite,
}

/** A bucket may have 1,000 of each. */
const max = 1000

export const analytics: ConfigurationSpec<AnalyticsConfiguration> = { name: 'analytics', max }
export const intelligentTiering: ConfigurationSpec<IntelligentTieringConfiguration> = {
  name: 'intelligent-tiering',
  max,
  check: ({ Tierings }) => {
    for (const { Days, AccessTier } of Tierings ?? []) {
      const daysMin = AccessTier === 'DEEP_ARCHIVE_ACCESS' ? 180 : 90
      if (Days === undefined || Days < daysMin || Days > 730) {
        throw invalidArgument(
          `Days for ${AccessTier} must be between ${daysMin} and 730`,
          'Days',
          Days,
        )
      }
    }
  },
}
export const inventory: ConfigurationSpec<InventoryConfiguration> = { name: 'inventory', max }
export const metrics: ConfigurationSpec<MetricsConfiguration> = { name: 'metrics', max }
