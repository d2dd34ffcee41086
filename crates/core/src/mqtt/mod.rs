//! An MQTT 3.1.1 client session without I/O.
