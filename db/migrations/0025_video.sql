-- Whether a company's permits are linked to a camera is asked for each picture of another's camera.
CREATE INDEX vendor_record_camera ON vendor_record (company_code, (body ->> 'cameraCode'))
  WHERE interface = 'permit-videos' AND NOT joint_test AND NOT deleted;
