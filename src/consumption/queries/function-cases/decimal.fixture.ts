import type { CasePage } from './case-page.fixture.ts'

/** https://trino.io/docs/current/functions/decimal.html */
export const decimalCases: CasePage = {
  page: 'https://trino.io/docs/current/functions/decimal.html',
  answers: [
    ['1.0 / 3', '0.3'],
    ['10.05 * 2', '20.10'],
    ['1.10 + 2.005', '3.105'],
    ['5.00 - 7', '-2.00'],
    ['7.5 % 2', '1.5'],
    ['-1.00 / 8', '-0.13'],
    ["DECIMAL '10.3' + 1", '11.3'],
    ['typeof(1.5 + 1)', 'decimal(12,1)'],
    ['typeof(10.5 / 2.25)', 'decimal(6,2)'],
    ['typeof(0.123)', 'decimal(3,3)'],
    ['cast(2.5 AS integer)', '3'],
    ['cast(1.555 AS decimal(10,2))', '1.56'],
    ['-7.5 % 2', '-1.5'],
    ['10 / 3.0', '3.3'],
    ['1.00 / 3', '0.33'],
    ['1 / 3.000', '0.333'],
    ['2.0 / 3.0', '0.7'],
    ['100.0 / 7.77', '12.87'],
    ['1.5 + 2', '3.5'],
    ['1.5 * 2', '3.0'],
    ['1.5 - 2.25', '-0.75'],
    ['1.5 * 2.25', '3.375'],
    ['1.1e-300', '1.1E-300'],
    ['1.7976931348623157e308', '1.7976931348623157E308'],
  ],
  failures: [['1.0 % 0', /^DIVISION_BY_ZERO: Division by zero/]],
}
