import type { CasePage } from './case-page.fixture.ts'

/** https://trino.io/docs/current/functions/bitwise.html */
export const bitwiseCases: CasePage = {
  page: 'https://trino.io/docs/current/functions/bitwise.html',
  answers: [
    ['bitwise_not(-12)', '11'],
    ['bitwise_left_shift(1, 2)', '4'],
    ["bitwise_left_shift(tinyint '7', 2)", '28'],
    ['bitwise_left_shift(0, 1)', '0'],
    ['bitwise_left_shift(0, 0)', '0'],
    ['bitwise_right_shift(8, 3)', '1'],
    ["bitwise_right_shift(tinyint '-8', 1)", '124'],
    ['bitwise_right_shift(20, 0)', '20'],
    ['bitwise_right_shift_arithmetic(-8, 3)', '-1'],
    ['bitwise_right_shift_arithmetic(8, 3)', '1'],
    ['bitwise_right_shift(-8, 3)', '536870911'],
    ["bitwise_right_shift(bigint '-8', 3)", '2305843009213693951'],
    ['bitwise_left_shift(1, 31)', '-2147483648'],
    ['bitwise_left_shift(1, 32)', '0'],
    ["bitwise_left_shift(bigint '1', 63)", '-9223372036854775808'],
    ['bitwise_right_shift(1, 64)', '0'],
    ['typeof(bitwise_and(1, 2))', 'bigint'],
    ['typeof(bitwise_left_shift(1, 2))', 'integer'],
    ["typeof(bitwise_left_shift(tinyint '1', 2))", 'tinyint'],
    ['bit_count(9, 64)', '2'],
    ['bit_count(9, 8)', '2'],
    ['bit_count(-7, 64)', '62'],
    ['bit_count(-7, 8)', '6'],
  ],
  failures: [['bit_count(9, 3)', /^INVALID_FUNCTION_ARGUMENT: Number must be representable with/]],
}
