import {
  DescribeAccountSettings$,
  type DescribeAccountSettingsInput,
  type DescribeAccountSettingsOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeAccountSettings.html
 *
 * There is no billing, so no commitment to a throughput: it is always disabled.
 */
export const DescribeAccountSettings = operation<
  DescribeAccountSettingsInput,
  DescribeAccountSettingsOutput
>(DescribeAccountSettings$, () => ({
  MinimumThroughputBillingCommitment: { Status: 'DISABLED' },
}))
