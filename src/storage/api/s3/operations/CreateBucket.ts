import {
  CreateBucket$,
  type CreateBucketOutput,
  type CreateBucketRequest,
} from '@aws-sdk/client-s3'
import { isLakeError } from '#kit'
import type { Call } from '#protocol/aws'
import { objectLimits } from '#storage/objects'
import { isOwnerOnly, ownerOf, requestedGrants } from '../acl.ts'
import { operation } from '../context.ts'
import { notImplemented, s3Error } from '../errors.ts'
import { objectLock, ownershipControls, tagging } from '../settings/specs.ts'
import { publicAccessBlock } from '../settings/public-access.ts'
import { toJson } from '../settings-json.ts'
import { tagMap } from '../tags.ts'

const ownerships = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html. As on AWS a new bucket blocks public access, and its
 * owner owns every object. Directory buckets are refused.
 */
export const CreateBucket = operation<CreateBucketRequest, CreateBucketOutput>(
  CreateBucket$,
  async (input, ctx) => {
    const name = input.Bucket!
    const configuration = input.CreateBucketConfiguration
    if (configuration?.Bucket || configuration?.Location) throw notImplemented('directory buckets')
    const region = regionOf(configuration?.LocationConstraint, ctx)
    const ownership = input.ObjectOwnership ?? 'BucketOwnerEnforced'
    if (!ownerships.includes(ownership)) {
      throw s3Error('InvalidArgument', 400, `Invalid x-amz-object-ownership header: ${ownership}`, {
        ArgumentName: 'x-amz-object-ownership',
      })
    }
    const { ID: ownerId } = await ownerOf(ctx)
    const grants = requestedGrants(input, ownerId) ?? []
    if (!isOwnerOnly(grants, ownerId)) {
      // Public access is blocked for new buckets, and other accounts need ownership that allows lists.
      throw s3Error(
        'InvalidBucketAclWithBlockPublicAccessError',
        400,
        'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
      )
    }
    const tags = configuration?.Tags ?? []
    tagMap(tags, objectLimits.bucketTagsMax, 'Bucket')
    const blocked = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    }
    try {
      await ctx.objects.buckets.create({
        accountId: ctx.accountId,
        region,
        name,
        objectLock: input.ObjectLockEnabledForBucket === true,
        settings: {
          [ownershipControls.name]: toJson({ Rules: [{ ObjectOwnership: ownership }] }),
          [publicAccessBlock.name]: toJson(blocked),
          ...(tags.length > 0 ? { [tagging.name]: toJson(tags) } : {}),
          ...(input.ObjectLockEnabledForBucket === true
            ? { [objectLock.name]: toJson({ ObjectLockEnabled: 'Enabled' }) }
            : {}),
        },
      })
    } catch (error) {
      if (!isAgainInUsEast1(error, ctx)) throw error
    }
    return { Location: `/${name}`, BucketArn: `arn:aws:s3:::${name}` }
  },
)

/** In us-east-1 alone, creating one's own bucket again succeeds and changes nothing. */
function isAgainInUsEast1(error: unknown, ctx: Call): boolean {
  return (
    isLakeError(error, 'BucketAlreadyOwnedByYou') &&
    ctx.region === 'us-east-1' &&
    error.details['region'] === 'us-east-1'
  )
}

function regionOf(constraint: string | undefined, ctx: Call): string {
  if (constraint === undefined || constraint === '') {
    if (ctx.region === 'us-east-1') return ctx.region
    throw illegalLocation('unspecified')
  }
  const region = constraint === 'EU' ? 'eu-west-1' : constraint
  if (region === 'us-east-1' || !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) {
    throw s3Error(
      'InvalidLocationConstraint',
      400,
      'The specified location-constraint is not valid',
      { LocationConstraint: constraint },
    )
  }
  if (ctx.region !== 'us-east-1' && ctx.region !== region) throw illegalLocation(constraint)
  return region
}

function illegalLocation(constraint: string): Error {
  return s3Error(
    'IllegalLocationConstraintException',
    400,
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  )
}
