import type { LimitTable } from '#protocol/aws'

const sessionName = { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ }

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const limits: LimitTable = {
  'AssumeRoleRequest.RoleArn': { min: 20, max: 2048 },
  'AssumeRoleRequest.RoleSessionName': sessionName,
  'AssumeRoleRequest.DurationSeconds': { integer: true, min: 900, max: 43_200 },
  'AssumeRoleRequest.Policy': { min: 1, max: 2048 },
  'AssumeRoleRequest.PolicyArns': { max: 10 },
  'AssumeRoleRequest.PolicyArns[].arn': { min: 20, max: 2048 },
  'AssumeRoleRequest.ExternalId': { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ },
  'AssumeRoleRequest.SourceIdentity': sessionName,
  'AssumeRoleRequest.Tags': { max: 50 },
  'AssumeRoleRequest.Tags[].Key': { min: 1, max: 128 },
  'AssumeRoleRequest.Tags[].Value': { max: 256 },
  'GetSessionTokenRequest.DurationSeconds': { integer: true, min: 900, max: 129_600 },
  'GetAccessKeyInfoRequest.AccessKeyId': { min: 16, max: 128, pattern: /^\w*$/ },
}
