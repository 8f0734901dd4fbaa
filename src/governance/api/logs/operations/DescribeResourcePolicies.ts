import {
  DescribeResourcePolicies$,
  type DescribeResourcePoliciesRequest,
  type DescribeResourcePoliciesResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html. They cannot be made here yet, so there are none. */
export const DescribeResourcePolicies = operation<
  DescribeResourcePoliciesRequest,
  DescribeResourcePoliciesResponse
>(DescribeResourcePolicies$, () => ({ resourcePolicies: [] }))
