import type { LimitTable } from '#protocol/aws'

const name64 = { min: 1, max: 64, pattern: /^[\w+=,.@-]+$/ }
const name128 = { min: 1, max: 128, pattern: /^[\w+=,.@-]+$/ }
const path = { min: 1, max: 512, pattern: /^(?:\/|\/[!-~]+\/)$/ }
const arn = { min: 20, max: 2048 }
const document = { min: 1, max: 131_072 }
const description = { max: 1000 }
const versionId = { pattern: /^v[1-9][0-9]*(?:\.[A-Za-z0-9-]*)?$/ }

const tagged = [
  'CreateInstanceProfile',
  'CreatePolicy',
  'CreateRole',
  'CreateUser',
  'TagInstanceProfile',
  'TagPolicy',
  'TagRole',
  'TagUser',
]

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const tagLimits: LimitTable = Object.fromEntries(
  tagged.flatMap((name) => [
    [`${name}Request.Tags[].Key`, { min: 1, max: 128, pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]+/u }],
    [`${name}Request.Tags[].Value`, { max: 256, pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u }],
  ]),
)

/** https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html, under each operation. */
export const limits: LimitTable = {
  '*.UserName': name64,
  '*.NewUserName': name64,
  '*.RoleName': name64,
  '*.GroupName': name128,
  '*.NewGroupName': name128,
  '*.PolicyName': name128,
  '*.InstanceProfileName': name128,
  '*.Path': path,
  '*.NewPath': path,
  '*.PathPrefix': { min: 1, max: 512, pattern: /^\/[!-~]*$/ },
  '*.PolicyArn': arn,
  '*.PermissionsBoundary': arn,
  '*.PolicyDocument': document,
  '*.AssumeRolePolicyDocument': document,
  '*.Description': description,
  '*.VersionId': versionId,
  '*.MaxItems': { integer: true, min: 1, max: 1000 },
  '*.Marker': { min: 1, max: 1024 },
  '*.MaxSessionDuration': { integer: true, min: 3600, max: 43_200 },
  '*.AccessKeyId': { min: 16, max: 128, pattern: /^\w+$/ },
  ...tagLimits,
  '*.Tags': { max: 50 },
  '*.TagKeys': { max: 50 },
  'UpdateAccessKeyRequest.Status': { enum: ['Active', 'Inactive'] },
  '*.PolicyUsageFilter': { enum: ['PermissionsPolicy', 'PermissionsBoundary'] },
  'ListEntitiesForPolicyRequest.EntityFilter': {
    enum: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'],
  },
  'ListPoliciesRequest.Scope': { enum: ['All', 'AWS', 'Local'] },
}
