/** Every register, in the order of the navigation within its group. */
import { areas } from './areas.ts';
import { cameras } from './cameras.ts';
import { commitments } from './commitments.ts';
import { companies } from './companies.ts';
import { companyContacts } from './company-contacts.ts';
import { contractorAdmissions } from './contractor-admissions.ts';
import { contractorContracts } from './contractor-contracts.ts';
import { contractorPeople } from './contractor-people.ts';
import { contractorQualifications } from './contractor-qualifications.ts';
import { contractorTrainings } from './contractor-trainings.ts';
import { contractorUnits } from './contractor-units.ts';
import { contractorVehicles } from './contractor-vehicles.ts';
import { contractorViolations } from './contractor-violations.ts';
import { credentials } from './credentials.ts';
import { departments } from './departments.ts';
import { hazardSources } from './hazard-sources.ts';
import { people } from './people.ts';
import type { AnyRegister } from './register.ts';
import { rolePolicies } from './role-policies.ts';
import { companyUsers, users } from './users.ts';
import { workBookings } from './work-bookings.ts';

export const REGISTERS: readonly AnyRegister[] = [
  companies,
  companyContacts,
  hazardSources,
  departments,
  people,
  areas,
  cameras,
  credentials,
  users,
  companyUsers,
  rolePolicies,
  commitments,
  workBookings,
  contractorUnits,
  contractorPeople,
  contractorVehicles,
  contractorQualifications,
  contractorTrainings,
  contractorViolations,
  contractorContracts,
  contractorAdmissions,
];
