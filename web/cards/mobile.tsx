/** Phone of a person, opened by way of the register of people. */
import { ApiError } from '../app/api.ts';
import { registerClient } from '../registers/register-client.ts';
import { readRegister } from './register-read.ts';
import { SealedPhone } from './sealed-phone.tsx';

export function Mobile(props: {
  /** Company and PERSON_ID, or `card:` and the number of a tag; null: nobody. */
  address: { readonly company: string; readonly key: string } | null;
  masked: string;
}) {
  const reveal = () => {
    const { address } = props;
    if (address === null || address.key.startsWith('card:')) return null;
    return async (reason: string): Promise<string> => {
      const found = await readRegister('people', { company: address.company, 'f.personId': address.key });
      const row = found?.rows[0];
      if (found?.description.may.reveal !== true || row === undefined) throw new ApiError('FORBIDDEN', 403);
      return (await registerClient.reveal('people', row.id, { field: 'mobile', reason })).value;
    };
  };
  return <SealedPhone masked={props.masked} reveal={reveal()} />;
}
