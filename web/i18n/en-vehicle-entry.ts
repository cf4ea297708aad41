/** Texts of the page on which drivers enter vehicles, and of its QR code. */
export const enVehicleEntry = {
  vehicleEntry: {
    title: 'Enter a vehicle',
    lead: 'Vehicles of {{ unit }}, for {{ company }}, which confirms them.',
    until: 'The QR code holds until {{ at }}',
    choose: 'Choose',
    submit: 'Send',
    busy: 'Sending…',
    missing: 'Please fill in',
    received: 'Received',
    receivedLead: 'The vehicle was sent and waits for the company to confirm it.',
    another: 'Enter another vehicle',
    gone: 'This QR code is not valid, or over. Ask the company for a new one.',
    limited: 'Too many at once. Try again in a minute.',
    failed: 'It was not sent. Check the network and try again.',
    privacy: 'Used by this company alone to let vehicles in; the phone is kept encrypted.',
    scan: 'Scan to enter a vehicle',
    print: 'Print the QR code',
  },
};
