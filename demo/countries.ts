/** Countries of origin as the graders wrote them, in ISO 3166-1 alpha-2. */
const CODES: Record<string, string> = {
  Brazil: 'BR',
  Burundi: 'BI',
  China: 'CN',
  Colombia: 'CO',
  'Costa Rica': 'CR',
  'Cote d?Ivoire': 'CI',
  Ecuador: 'EC',
  'El Salvador': 'SV',
  Ethiopia: 'ET',
  Guatemala: 'GT',
  Haiti: 'HT',
  Honduras: 'HN',
  India: 'IN',
  Indonesia: 'ID',
  Japan: 'JP',
  Kenya: 'KE',
  Laos: 'LA',
  Malawi: 'MW',
  Mauritius: 'MU',
  Mexico: 'MX',
  Myanmar: 'MM',
  Nicaragua: 'NI',
  Panama: 'PA',
  'Papua New Guinea': 'PG',
  Peru: 'PE',
  Philippines: 'PH',
  Rwanda: 'RW',
  Taiwan: 'TW',
  'Tanzania, United Republic Of': 'TZ',
  Thailand: 'TH',
  Uganda: 'UG',
  'United States': 'US',
  'United States (Hawaii)': 'US',
  'United States (Puerto Rico)': 'PR',
  Vietnam: 'VN',
  Zambia: 'ZM',
};

/** The code of a country; a name that is not in the table comes back as it is, for the API to refuse. */
export function countryCode(name: string): string {
  return CODES[name] ?? name;
}
