//! The colours of scales in the style sheet: even to the eye, safe for those who see fewer colours, readable on the map.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::HashMap;

use dashboard_core::track::{CLASSES, UNKNOWN_CLASS};

type Rgb = [f64; 3];

/// Linear light.
fn linear(hex: &str) -> Rgb {
    [1, 3, 5].map(|at| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

fn product(rows: [Rgb; 3], [a, b, c]: Rgb) -> Rgb {
    rows.map(|row| row[0] * a + row[1] * b + row[2] * c)
}

/// Björn Ottosson's OKLab, in which distances are about as great as the eye finds them.
fn oklab(rgb: Rgb) -> Rgb {
    let cones = product(
        [
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ],
        rgb,
    );
    product(
        [
            [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
            [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
            [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
        ],
        cones.map(|cone| cone.max(0.0).cbrt()),
    )
}

fn distance(a: Rgb, b: Rgb) -> f64 {
    (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt()
}

fn luminance(rgb: Rgb) -> f64 {
    0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    (a / b).max(b / a)
}

/// The custom properties of each block, one after the other: light, dark chosen, dark wanted by the system.
fn themes() -> Vec<HashMap<&'static str, &'static str>> {
    include_str!("../../../style/main.css")
        .split("color-scheme:")
        .filter(|block| block.contains("--scale-0"))
        .map(|block| {
            let lines = block.split('}').next().unwrap().lines();
            lines.filter_map(|line| line.trim().strip_suffix(';')?.split_once(": ")).collect()
        })
        .collect()
}

fn colours(theme: &HashMap<&str, &str>, name: &str, count: usize) -> Vec<Rgb> {
    (0..count).map(|step| linear(theme[format!("--{name}-{step}").as_str()])).collect()
}

/// Deuteranopia and protanopia, after Machado, Oliveira and Fernandes (2009), severity 1.
const FEWER_COLOURS: [[Rgb; 3]; 2] = [
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
];

#[test]
fn steps_are_even_and_lightness_goes_one_way() {
    for theme in themes() {
        for (name, count) in [("scale", CLASSES), ("heat", 6)] {
            let lab: Vec<Rgb> = colours(&theme, name, count).into_iter().map(oklab).collect();
            let steps: Vec<f64> = lab.windows(2).map(|pair| distance(pair[0], pair[1])).collect();
            let mean = steps.iter().sum::<f64>() / steps.len() as f64;
            assert!(steps.iter().all(|step| (step / mean - 1.0).abs() < 0.3), "{name}: {steps:?}");
            let lighter = lab.windows(2).map(|pair| pair[1][0] - pair[0][0]);
            let one_way = lighter.clone().all(|step| step > 0.01) || lighter.clone().all(|step| step < -0.01);
            assert!(one_way, "{name}: {:?}", lighter.collect::<Vec<_>>());
        }
    }
}

#[test]
fn those_who_see_fewer_colours_see_the_steps() {
    for theme in themes() {
        for (name, count, least) in [("scale", CLASSES, 0.02), ("heat", 6, 0.06)] {
            let colours = colours(&theme, name, count);
            for matrix in FEWER_COLOURS {
                let seen: Vec<Rgb> = colours.iter().map(|colour| oklab(product(matrix, *colour))).collect();
                for (step, pair) in seen.windows(2).enumerate() {
                    assert!(
                        distance(pair[0], pair[1]) > least,
                        "{name} {step}: {}",
                        distance(pair[0], pair[1])
                    );
                }
            }
        }
    }
}

#[test]
fn lines_stand_out_from_land_and_from_the_unknown() {
    for theme in themes() {
        let land = linear(theme["--map-land"]);
        let unknown = linear(theme[format!("--scale-{UNKNOWN_CLASS}").as_str()]);
        for colour in colours(&theme, "scale", CLASSES).into_iter().chain([unknown]) {
            assert!(contrast(colour, land) > 2.0, "{}", contrast(colour, land));
        }
        for colour in colours(&theme, "scale", CLASSES) {
            assert!(
                distance(oklab(colour), oklab(unknown)) > 0.1,
                "{}",
                distance(oklab(colour), oklab(unknown))
            );
        }
    }
}

#[test]
fn the_dark_theme_is_said_twice_alike() {
    let themes = themes();
    assert_eq!(themes.len(), 3);
    assert_eq!(themes[1], themes[2]);
    assert_ne!(themes[0], themes[1]);
}
